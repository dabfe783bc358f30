//! One mail, from the outbox to SES.

use aws_sdk_sesv2::{
    error::SdkError,
    operation::send_email::SendEmailError,
    primitives::Blob,
    types::{Destination, EmailContent, RawMessage},
};
use jiff::{SignedDuration, Timestamp};
use shared::{
    clinic::Clinic,
    metrics::{self, Metric},
    outbox::{Kind, Letter, Mail, Settled, StoredMail, Taken, Undelivered},
    store::{self, Uncommitted, Write},
};

use crate::{
    Mailer, MailerError,
    letters::{self, CalendarFile},
    mime,
    refusal::{Refusal, Verdict},
    tags::tags,
};

/// Longer than everything that it covers together: reading the mail (5 s) and taking the lease with its retries (9 s), asking
/// for the account's rate (5 s), two SES calls, with the calendar file and without, each after its wait (10 s each), finding
/// whom to call (10 s), and the transaction at the end with its retries (9 s).
const LEASE: SignedDuration = SignedDuration::from_secs(60);
/// The first wait after a try that failed; it doubles from there.
const FIRST_WAIT: SignedDuration = SignedDuration::from_secs(5);
const LONGEST_WAIT: SignedDuration = SignedDuration::from_hours(1);
/// How long a mail is tried, from when it was to be sent.
pub(crate) const GIVE_UP_AFTER: SignedDuration = SignedDuration::from_hours(72);

#[derive(Clone, Copy, Debug, PartialEq)]
enum Part {
    Mail,
    Notice,
    /// What digests find the notice by.
    Note,
}

impl Mailer {
    /// Sends one mail, if it waits and is due: lease, write, send, settle. A crash between sending and
    /// settling repeats the mail once its lease is over; nothing loses it. A mail that only another version can read
    /// waits for that version.
    ///
    /// # Errors
    /// When there is no clinic, or the store does not answer.
    pub(crate) async fn deliver(&self, id: &str) -> Result<(), MailerError> {
        let clinic = self.clinic.current().await?;
        if self.pace.is_paused(self.clock.now()) {
            // A sweep sends it when the account may send again.
            return Ok(());
        }
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
        } else if let Some(reason) = self.held_back(&mail).await? {
            Settled::Failed(reason)
        } else {
            self.try_to_send(&mail, &clinic).await
        };
        report(&mail, &settled);
        Ok(self.settle(&mail, &settled, &clinic).await?)
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
        let notice = match reason_for_staff(mail, settled) {
            Some(reason) => self.notice(mail, reason, false).await?,
            None => None,
        };
        if let Some(letter) = notice {
            // The revision is the try: a mail that was put back and fails again is another thing to report.
            let keep_days = clinic.retention().mails_days;
            let to = clinic.mail().staff.clone();
            let noted = self.outbox.note(&mail.id, &letter.id(mail.attempts), now)?;
            write.add(Part::Note, noted);
            let notice = Mail { to, letter };
            let notice = self.outbox.queue(notice, now, mail.attempts, keep_days)?;
            write.add(Part::Notice, notice);
        }
        for told in told_of(mail, settled) {
            write.add(Part::Note, self.outbox.told(told, now));
        }
        match write.commit(self.outbox.client()).await {
            Ok(()) => Ok(()),
            // Another mailer has taken the mail since, or it was withdrawn.
            Err(Uncommitted::Refused(refused)) if refused.by(Part::Mail) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// A mail that SES refuses for good with its calendar file is sent without it: the mail is what counts.
    async fn try_to_send(&self, mail: &StoredMail, clinic: &Clinic) -> Settled {
        let file = letters::calendar_file(mail, clinic);
        let mut sent = self.send(mail, file.as_ref(), clinic).await;
        if file.is_some() && sent.as_ref().is_err_and(Refusal::is_final) {
            tracing::error!(
                mail.id = mail.id,
                "SES refused a mail with its calendar file"
            );
            sent = self.send(mail, None, clinic).await;
        }
        let now = self.clock.now();
        match sent {
            Ok(message_id) => Settled::Sent(message_id),
            Err(Refusal { verdict, reason }) => match verdict {
                // Nobody would be told of a notice that is refused. What SES refuses for a while, it takes later.
                Verdict::Final if mail.letter.kind() == Kind::Undelivered => {
                    tried_again(mail, reason, now)
                }
                Verdict::Final => Settled::Failed(reason),
                Verdict::Retryable => tried_again(mail, reason, now),
                Verdict::Paused => Settled::Again(self.pace.pause(now), reason),
            },
        }
    }

    async fn send(
        &self,
        mail: &StoredMail,
        file: Option<&CalendarFile>,
        clinic: &Clinic,
    ) -> Result<String, Refusal> {
        self.pace.wait(&self.ses).await;
        let sent = self.hand_over(mail, file, clinic).await;
        sent.map_err(|error| Refusal::of(&error))
    }

    async fn hand_over(
        &self,
        mail: &StoredMail,
        file: Option<&CalendarFile>,
        clinic: &Clinic,
    ) -> Result<String, SdkError<SendEmailError>> {
        let now = self.clock.now();
        let document = letters::write(&mail.letter, clinic, self.site.as_deref(), now);
        let message = mime::message(mail, &document, file, clinic, now);
        let message = message.map_err(SdkError::construction_failure)?;
        let raw = RawMessage::builder().data(Blob::new(message)).build();
        let raw = raw.map_err(SdkError::construction_failure)?;
        let to = Destination::builder().to_addresses(mail.to.as_str());
        let sent = self
            .ses
            .send_email()
            .from_email_address(clinic.mail().from.as_str())
            .destination(to.build())
            .content(EmailContent::builder().raw(raw).build())
            .set_email_tags(Some(tags(mail).map_err(SdkError::construction_failure)?))
            .set_configuration_set_name(self.configuration_set.clone())
            .send()
            .await?;
        Ok(sent.message_id.unwrap_or_default())
    }
}

/// The ids of the mails that a digest has told staff of.
fn told_of<'a>(mail: &'a StoredMail, settled: &Settled) -> Vec<&'a str> {
    match (&mail.letter, settled) {
        (Letter::Digest(digest), Settled::Sent(_)) => {
            let failures = digest.sections.undelivered.iter();
            failures.filter_map(Undelivered::mail_id).collect()
        }
        _ => Vec::new(),
    }
}

/// The next try, unless there were tries for three days.
fn tried_again(mail: &StoredMail, reason: String, now: Timestamp) -> Settled {
    if now.duration_since(mail.first_due_at()) > GIVE_UP_AFTER {
        return Settled::Failed(reason);
    }
    let at = now.saturating_add(wait(mail.attempts));
    Settled::Again(at.unwrap_or(now), reason)
}

fn wait(attempts: u32) -> SignedDuration {
    let doublings = attempts.saturating_sub(1).min(16);
    let wait = FIRST_WAIT.saturating_mul(1 << doublings).min(LONGEST_WAIT);
    let jitter = fastrand::u64(0..=wait.unsigned_abs().as_secs() / 4);
    wait.saturating_add(SignedDuration::from_secs(
        i64::try_from(jitter).unwrap_or_default(),
    ))
}

/// Why staff have to know that the mail was given up; `None` when they need not.
fn reason_for_staff<'a>(mail: &StoredMail, settled: &'a Settled) -> Option<&'a str> {
    match settled {
        Settled::Failed(reason) => Some(reason),
        Settled::Late if is_missed(mail.letter.kind()) => Some("it could not be sent in time"),
        Settled::Late | Settled::Sent(_) | Settled::Again(..) => None,
    }
}

/// Whether staff have to know of a mail of this kind that was too late. Of others there is another one soon, or the reader
/// knows without it.
fn is_missed(kind: Kind) -> bool {
    use Kind::{BookingLinks, BookingReminder, Digest, WaitlistOffer};
    !matches!(
        kind,
        BookingLinks | BookingReminder | Digest | WaitlistOffer
    )
}

fn report(mail: &StoredMail, settled: &Settled) {
    let metric = match settled {
        Settled::Sent(_) => Some(Metric::MailsSent),
        Settled::Failed(_) => Some(Metric::MailsFailed),
        Settled::Late if is_missed(mail.letter.kind()) => Some(Metric::MailsFailed),
        // The alarm of late mail has told of the cause, and staff need not do anything about this mail.
        Settled::Late | Settled::Again(..) => None,
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
    use super::*;

    #[test]
    fn waits_grow_to_an_hour() {
        assert!((5..=6).contains(&wait(1).as_secs()));
        assert!((10..=12).contains(&wait(2).as_secs()));
        assert!((3600..=4500).contains(&wait(40).as_secs()));
        assert!((3600..=4500).contains(&wait(u32::MAX).as_secs()));
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
    fn a_mail_is_given_up_after_three_days() {
        for (hours, is_given_up) in [(0, false), (71, false), (73, true)] {
            let (mail, now) = queued(hours);

            let settled = tried_again(&mail, "down".to_owned(), now);

            let gave_up = matches!(settled, Settled::Failed(_));
            assert_eq!(gave_up, is_given_up, "{hours}: {settled:?}");
        }
    }
}
