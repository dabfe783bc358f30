//! One mail, from the outbox to SES.

use std::sync::PoisonError;

use aws_sdk_sesv2::{
    error::SdkError,
    operation::send_email::SendEmailError,
    primitives::Blob,
    types::{
        Attachment, AttachmentContentDisposition, AttachmentContentTransferEncoding, Body, Content,
        Destination, EmailContent, Message, MessageTag,
    },
};
use jiff::{SignedDuration, Timestamp};
use shared::{
    clinic::Clinic,
    metrics::{self, Metric},
    outbox::{Mail, RawMail, Settled, StoredMail, Taken},
    store::{self, Uncommitted, Write},
    telemetry::Causes,
};

use crate::{
    Mailer, MailerError,
    letters::{self, CalendarFile, Document},
};

/// Longer than the write that takes the lease (5 s), two SES calls (5 s each, with the calendar file and without) and
/// the transaction after them with its retries (9 s) together.
const LEASE: SignedDuration = SignedDuration::from_secs(25);
/// The first wait after a try that failed; it doubles from there.
const FIRST_WAIT: SignedDuration = SignedDuration::from_secs(5);
const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(1);
/// How long a mail is tried, from when it was to be sent.
const GIVE_UP_AFTER: SignedDuration = SignedDuration::from_hours(72);

#[derive(Clone, Copy, Debug, PartialEq)]
enum Part {
    Mail,
    Notice,
}

impl Mailer {
    /// Sends every mail that is due. One that cannot be sent does not hold up the others.
    ///
    /// # Errors
    /// When the outbox cannot be read.
    pub async fn sweep(&self) -> Result<(), MailerError> {
        let now = self.clock.now();
        let soon = now.saturating_add(LONGEST_WAIT * 2).unwrap_or(now);
        let waiting = self.outbox.waiting(soon).await?;
        measure(&waiting, now);
        for mail in waiting.iter().filter(|mail| mail.is_due(now)) {
            let id = mail.id();
            if let Err(error) = self.deliver(id).await {
                tracing::error!(mail.id = id, error = %Causes(&error), "left a mail for later");
            }
        }
        Ok(())
    }

    /// Sends one mail, if it waits and is due: lease, write, send, settle. A crash between sending and
    /// settling repeats the mail once its lease is over; nothing loses it. A mail that only another version can read
    /// waits for that version.
    ///
    /// # Errors
    /// When there is no clinic, or the store does not answer.
    pub(crate) async fn deliver(&self, id: &str) -> Result<(), MailerError> {
        let clinic = self.clinic.current().await?;
        let now = self.clock.now();
        let until = now.saturating_add(LEASE).unwrap_or(now);
        let mail = match self.outbox.take(id, now, until).await? {
            Taken::Leased(mail) => mail,
            Taken::NotDue => return Ok(()),
            Taken::Unreadable(mail) => return Ok(self.left_waiting(&mail, &clinic).await?),
        };
        let settled = if mail.letter.useless_from().is_some_and(|from| from <= now) {
            Settled::Late
        } else if mail.expires_at.is_past(now) {
            Settled::Failed("expired".to_owned())
        } else {
            self.try_to_send(&mail, &clinic).await
        };
        report(&mail, &settled);
        Ok(self.settle(&mail, &settled, &clinic).await?)
    }

    /// Leaves a mail alone that only another version can read. After three days, or at once if nobody can tell how long it
    /// has waited, staff get one notice of it.
    async fn left_waiting(&self, mail: &RawMail, clinic: &Clinic) -> Result<(), store::Error> {
        let now = self.clock.now();
        let since = mail.first_due_at();
        let is_old = since.is_none_or(|since| now.duration_since(since) > GIVE_UP_AFTER);
        let before = self.seen(mail.id(), is_old);
        if before.is_none() {
            tracing::warn!(
                mail.id = mail.id(),
                "a mail waits for a version that can read it"
            );
        }
        if !is_old || before == Some(true) {
            return Ok(());
        }
        let notice = Mail {
            to: clinic.mail().staff.clone(),
            letter: mail.undelivered(),
        };
        let keep_days = clinic.retention().mails_days;
        let mut write = Write::of("notice");
        write.add(Part::Notice, self.outbox.queue(notice, now, 0, keep_days)?);
        match write.commit(self.outbox.client()).await {
            Ok(()) => metrics::record(&[(Metric::MailsFailed, 1)]),
            // The notice is there already.
            Err(Uncommitted::Refused(refused)) if refused.by(Part::Notice) => {}
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }

    /// Notes that an unreadable mail was seen, and whether it was old enough to be reported. Returns what was noted
    /// before.
    fn seen(&self, id: &str, is_old: bool) -> Option<bool> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.insert(id.to_owned(), is_old)
    }

    /// Records how the try ended, with a notice to staff when the mail is given up.
    async fn settle(
        &self,
        mail: &StoredMail,
        settled: &Settled,
        clinic: &Clinic,
    ) -> Result<(), store::Error> {
        let now = self.clock.now();
        let mut write = Write::of("mail");
        write.add(Part::Mail, self.outbox.settle(mail, settled, now));
        if let Some(notice) = notice(mail, settled, clinic) {
            // The revision is the try: a mail that was put back and fails again is another thing to report.
            let keep_days = clinic.retention().mails_days;
            let notice = self.outbox.queue(notice, now, mail.attempts, keep_days)?;
            write.add(Part::Notice, notice);
        }
        match write.commit(self.outbox.client()).await {
            Ok(()) => Ok(()),
            // Another mailer has taken the mail since.
            Err(Uncommitted::Refused(refused)) if refused.by(Part::Mail) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// A mail that SES refuses for good with its calendar file is sent without it: the mail is what counts.
    async fn try_to_send(&self, mail: &StoredMail, clinic: &Clinic) -> Settled {
        let file = letters::calendar_file(mail, clinic);
        let mut sent = self.send(mail, file.as_ref(), clinic).await;
        if file.is_some() && sent.as_ref().is_err_and(is_final) {
            tracing::error!(
                mail.id = mail.id,
                "SES refused a mail with its calendar file"
            );
            sent = self.send(mail, None, clinic).await;
        }
        match sent {
            Ok(message_id) => Settled::Sent(message_id),
            Err(error) => settled_by(&error, mail, self.clock.now()),
        }
    }

    async fn send(
        &self,
        mail: &StoredMail,
        file: Option<&CalendarFile>,
        clinic: &Clinic,
    ) -> Result<String, SdkError<SendEmailError>> {
        let document = letters::write(&mail.letter, clinic, self.clock.now());
        let sent = self
            .ses
            .send_email()
            .from_email_address(format!(
                "\"{}\" <{}>",
                clinic.mail().from_name,
                clinic.mail().from.as_str()
            ))
            .destination(
                Destination::builder()
                    .to_addresses(mail.to.as_str())
                    .build(),
            )
            .reply_to_addresses(letters::reply_to(&mail.letter, clinic).as_str())
            .content(content(&document, file).map_err(SdkError::construction_failure)?)
            .email_tags(
                tag("kind", mail.letter.kind().name()).map_err(SdkError::construction_failure)?,
            )
            .set_configuration_set_name(self.configuration_set.clone())
            .send()
            .await?;
        Ok(sent.message_id.unwrap_or_default())
    }
}

/// Measures the mails that should have been sent by now, including those that wait to be tried again.
fn measure(waiting: &[RawMail], now: Timestamp) {
    let late: Vec<u64> = waiting
        .iter()
        .map(|mail| mail.first_due_at().unwrap_or(now))
        .filter_map(|since| u64::try_from(now.duration_since(since).as_secs()).ok())
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

fn content(document: &Document, file: Option<&CalendarFile>) -> Result<EmailContent, Unbuildable> {
    let utf8 = |text: String| Content::builder().data(text).charset("UTF-8").build();
    let body = Body::builder()
        .text(utf8(document.text())?)
        .html(utf8(document.html())?)
        .build();
    let message = Message::builder()
        .subject(utf8(document.subject.clone())?)
        .body(body)
        .set_attachments(file.map(attachment).transpose()?.map(|file| vec![file]));
    Ok(EmailContent::builder().simple(message.build()).build())
}

fn attachment(file: &CalendarFile) -> Result<Attachment, Unbuildable> {
    Attachment::builder()
        .file_name("invite.ics")
        .content_type(&file.media_type)
        .content_disposition(AttachmentContentDisposition::Attachment)
        .content_transfer_encoding(AttachmentContentTransferEncoding::Base64)
        .raw_content(Blob::new(file.text.as_str()))
        .build()
}

fn tag(name: &str, value: &str) -> Result<MessageTag, Unbuildable> {
    MessageTag::builder().name(name).value(value).build()
}

/// What SES says about the message itself is final. Everything else passes: throttling, a paused or
/// suspended account, a network that is down, an identity that is not verified yet (which SES also reports
/// as a rejected message).
fn is_final(error: &SdkError<SendEmailError>) -> bool {
    match error.as_service_error() {
        Some(SendEmailError::MessageRejected(rejected)) => !rejected
            .message()
            .unwrap_or_default()
            .contains("not verified"),
        Some(SendEmailError::BadRequestException(_)) => true,
        _ => false,
    }
}

fn settled_by(error: &SdkError<SendEmailError>, mail: &StoredMail, now: Timestamp) -> Settled {
    let refused = error.as_service_error();
    let reason = refused
        .map_or("no answer", |refused| {
            refused.meta().code().unwrap_or("refused")
        })
        .to_owned();
    if is_final(error) || now.duration_since(mail.first_due_at()) > GIVE_UP_AFTER {
        return Settled::Failed(reason);
    }
    Settled::Again(
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

/// The notice to staff about a mail that is given up, no matter for whom it was.
fn notice(mail: &StoredMail, settled: &Settled, clinic: &Clinic) -> Option<Mail> {
    let Settled::Failed(reason) = settled else {
        return None;
    };
    Some(Mail {
        to: clinic.mail().staff.clone(),
        letter: mail.letter.undelivered(reason)?,
    })
}

fn report(mail: &StoredMail, settled: &Settled) {
    let metric = match settled {
        Settled::Sent(_) => Some(Metric::MailsSent),
        Settled::Again(..) => Some(Metric::MailsRetried),
        Settled::Failed(_) => Some(Metric::MailsFailed),
        // The alarm of late mail has told of the cause, and staff need not do anything about this mail.
        Settled::Late => None,
    };
    if let Some(metric) = metric {
        metrics::record(&[(metric, 1)]);
    }
    match settled {
        Settled::Sent(_) => tracing::info!(mail.id = mail.id, "sent mail"),
        Settled::Again(at, reason) => {
            tracing::warn!(mail.id = mail.id, mail.again_at = %at, reason, "mail was not accepted; it waits");
        }
        Settled::Failed(reason) => {
            tracing::error!(mail.id = mail.id, reason, "mail was refused for good");
        }
        Settled::Late => tracing::warn!(mail.id = mail.id, "mail was too late to be of use"),
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
            "id": "C-1/message_receipt/0", "state": "waiting", "queue": "due", "due_at": now, "attempts": 1,
            "queued_at": now - SignedDuration::from_hours(hours_ago), "to": "ada@example.com",
            "letter": { "kind": "message_receipt", "reference": "C-1", "received_at": now },
            "expires_at": now.as_second() + 3600,
        }));
        (mail.unwrap(), now)
    }

    #[test]
    fn an_identity_that_is_not_verified_yet_loses_no_mail() {
        let (mail, now) = queued(0);

        let unverified = settled_by(&rejected("Email address is not verified."), &mail, now);
        let refused = settled_by(&rejected("Bad content"), &mail, now);

        assert!(
            matches!(unverified, Settled::Again(at, _) if at > now),
            "{unverified:?}"
        );
        assert!(matches!(refused, Settled::Failed(_)), "{refused:?}");
    }

    #[test]
    fn a_mail_is_given_up_after_three_days() {
        let (mail, now) = queued(73);

        let settled = settled_by(&rejected("Email address is not verified."), &mail, now);

        assert!(matches!(settled, Settled::Failed(_)), "{settled:?}");
    }
}
