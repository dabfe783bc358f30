//! One mail, from the outbox to SES.

use aws_sdk_sesv2::{
    error::SdkError,
    operation::send_email::SendEmailError,
    types::{Body, Content, Destination, EmailContent, Message, MessageTag},
};
use jiff::{SignedDuration, Timestamp};
use shared::{
    clinic::Clinic,
    metrics::{self, Metric},
    outbox::{Mail, StoredMail},
    telemetry::Causes,
};

use crate::{
    Mailer,
    document::Document,
    letters,
    queue::{Outcome, QueueError, Waiting},
};

/// The first wait after a try that failed; it doubles from there.
const FIRST_WAIT: SignedDuration = SignedDuration::from_secs(5);
const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(1);
/// How long a mail is worth trying.
const GIVE_UP_AFTER: SignedDuration = SignedDuration::from_hours(72);

impl Mailer {
    /// Sends every mail that is due. One that cannot be sent does not hold up the others.
    ///
    /// # Errors
    /// When the queue cannot be read.
    pub async fn sweep(&self) -> Result<(), QueueError> {
        let now = self.clock.now();
        let soon = now.saturating_add(LONGEST_WAIT * 2).unwrap_or(now);
        let waiting = self.queue.waiting(soon).await?;
        measure(&waiting, now);
        let due = waiting.into_iter().filter(|mail| mail.due_at.0 <= now);
        for Waiting { id, .. } in due {
            if let Err(error) = self.deliver(&id).await {
                tracing::error!(mail.id = id, error = %Causes(&error), "left a mail for later");
            }
        }
        Ok(())
    }

    /// Sends one mail, if it waits and is due: lease, render, send, mark. A crash between sending and
    /// marking repeats it once its lease is over; nothing loses it.
    ///
    /// # Errors
    /// When the store could not be asked.
    pub(crate) async fn deliver(&self, id: &str) -> Result<(), QueueError> {
        let Some(mail) = self.queue.lease(id, self.clock.now()).await? else {
            return Ok(());
        };
        let now = self.clock.now();
        let clinic = self.clinic.current();
        let outcome = if mail.expires_at.is_past(now) {
            Outcome::Failed("expired".to_owned())
        } else {
            match self.send(&mail, &clinic).await {
                Ok(message_id) => Outcome::Sent(message_id),
                Err(error) => outcome_of(&error, &mail, now),
            }
        };
        report(&mail, &outcome);
        let notice = notice(&mail, &outcome, &clinic);
        let keep_days = clinic.retention.mails_days;
        let now = self.clock.now();
        self.queue
            .settle(&mail, &outcome, notice, keep_days, now)
            .await
    }

    async fn send(
        &self,
        mail: &StoredMail,
        clinic: &Clinic,
    ) -> Result<String, SdkError<SendEmailError>> {
        let document = letters::write(&mail.letter, clinic);
        let sent = self
            .ses
            .send_email()
            .from_email_address(format!(
                "\"{}\" <{}>",
                clinic.mail.from_name,
                clinic.mail.from.as_str()
            ))
            .destination(
                Destination::builder()
                    .to_addresses(mail.to.as_str())
                    .build(),
            )
            .reply_to_addresses(letters::reply_to(&mail.letter, clinic).as_str())
            .content(content(&document).map_err(SdkError::construction_failure)?)
            .email_tags(tag("kind", mail.letter.kind()).map_err(SdkError::construction_failure)?)
            .set_configuration_set_name(self.configuration_set.clone())
            .send()
            .await?;
        Ok(sent.message_id.unwrap_or_default())
    }
}

/// Counts what should be sent by now, those that wait to be tried again among them.
fn measure(waiting: &[Waiting], now: Timestamp) {
    let late: Vec<u64> = waiting
        .iter()
        .filter_map(|mail| u64::try_from(now.duration_since(mail.first_due_at()).as_secs()).ok())
        .collect();
    metrics::record(&[
        (Metric::MailsWaiting, late.len() as u64),
        (
            Metric::OldestWaitingMail,
            late.iter().max().copied().unwrap_or_default(),
        ),
    ]);
}

type Unbuildable = aws_sdk_sesv2::error::BuildError;

fn content(document: &Document) -> Result<EmailContent, Unbuildable> {
    let utf8 = |text: String| Content::builder().data(text).charset("UTF-8").build();
    let body = Body::builder()
        .text(utf8(document.text())?)
        .html(utf8(document.html())?)
        .build();
    let message = Message::builder()
        .subject(utf8(document.subject.clone())?)
        .body(body)
        .build();
    Ok(EmailContent::builder().simple(message).build())
}

fn tag(name: &str, value: &str) -> Result<MessageTag, Unbuildable> {
    MessageTag::builder().name(name).value(value).build()
}

/// What SES says of the message itself is final. Everything else passes: throttling, a paused or
/// suspended account, a network that is down, an identity that is not verified yet (which SES reports
/// as a rejected message, too).
fn outcome_of(error: &SdkError<SendEmailError>, mail: &StoredMail, now: Timestamp) -> Outcome {
    let refused = error.as_service_error();
    let reason = refused
        .map_or("no answer", |refused| {
            refused.meta().code().unwrap_or("refused")
        })
        .to_owned();
    let is_final = match refused {
        Some(SendEmailError::MessageRejected(rejected)) => !rejected
            .message()
            .unwrap_or_default()
            .contains("not verified"),
        Some(SendEmailError::BadRequestException(_)) => true,
        _ => false,
    };
    if is_final || now.duration_since(mail.queued_at) > GIVE_UP_AFTER {
        return Outcome::Failed(reason);
    }
    Outcome::Again(
        now.saturating_add(wait(mail.attempts)).unwrap_or(now),
        reason,
    )
}

fn wait(attempts: u32) -> SignedDuration {
    let doublings = attempts.saturating_sub(1).min(16);
    let wait = FIRST_WAIT.saturating_mul(1 << doublings).min(LONGEST_WAIT);
    let jitter = fastrand::u64(0..=wait.unsigned_abs().as_secs() / 4);
    wait.saturating_add(SignedDuration::from_secs(
        i64::try_from(jitter).unwrap_or_default(),
    ))
}

/// Staff are told of a mail that is given up, whoever it was for.
fn notice(mail: &StoredMail, outcome: &Outcome, clinic: &Clinic) -> Option<Mail> {
    let Outcome::Failed(reason) = outcome else {
        return None;
    };
    Some(Mail {
        to: clinic.mail.staff.clone(),
        letter: mail.letter.undelivered(reason)?,
    })
}

fn report(mail: &StoredMail, outcome: &Outcome) {
    let metric = match outcome {
        Outcome::Sent(_) => Metric::MailsSent,
        Outcome::Again(..) => Metric::MailsRetried,
        Outcome::Failed(_) => Metric::MailsFailed,
    };
    metrics::record(&[(metric, 1)]);
    match outcome {
        Outcome::Sent(_) => tracing::info!(mail.id = mail.id, "sent mail"),
        Outcome::Again(at, reason) => {
            tracing::warn!(mail.id = mail.id, mail.again_at = %at, reason, "mail was not taken; it waits");
        }
        Outcome::Failed(reason) => {
            tracing::error!(mail.id = mail.id, reason, "mail was refused for good");
        }
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_sesv2::{config::http::HttpResponse, types::error::MessageRejected};

    use super::*;

    #[test]
    fn waits_grow_to_an_hour() {
        assert!((5..=6).contains(&wait(1).as_secs()));
        assert!((10..=12).contains(&wait(2).as_secs()));
        assert!((3600..=4500).contains(&wait(40).as_secs()));
        assert!((3600..=4500).contains(&wait(u32::MAX).as_secs()));
    }

    fn rejected(message: &str) -> SdkError<SendEmailError> {
        let rejected = MessageRejected::builder().message(message).build();
        let response = HttpResponse::new(400.try_into().unwrap(), "".into());
        SdkError::service_error(SendEmailError::MessageRejected(rejected), response)
    }

    fn queued(hours_ago: i64) -> (StoredMail, Timestamp) {
        let now: Timestamp = "2026-12-01T14:00:00Z".parse().unwrap();
        let mail = serde_json::from_value(serde_json::json!({
            "id": "C-1/message_receipt/0", "state": "waiting", "queue": "due", "due_at": "", "attempts": 1,
            "queued_at": now - SignedDuration::from_hours(hours_ago), "to": "ada@example.com",
            "letter": { "kind": "message_receipt", "reference": "C-1", "received_at": now },
            "expires_at": now.as_second() + 3600,
        }));
        (mail.unwrap(), now)
    }

    #[test]
    fn an_identity_that_is_not_verified_yet_loses_no_mail() {
        let (mail, now) = queued(0);

        let unverified = outcome_of(&rejected("Email address is not verified."), &mail, now);
        let refused = outcome_of(&rejected("Bad content"), &mail, now);

        assert!(
            matches!(unverified, Outcome::Again(at, _) if at > now),
            "{unverified:?}"
        );
        assert!(matches!(refused, Outcome::Failed(_)), "{refused:?}");
    }

    #[test]
    fn a_mail_is_given_up_after_three_days() {
        let (mail, now) = queued(73);

        let outcome = outcome_of(&rejected("Email address is not verified."), &mail, now);

        assert!(matches!(outcome, Outcome::Failed(_)), "{outcome:?}");
    }
}
