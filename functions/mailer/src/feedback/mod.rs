//! What comes back about a mail that was sent: it is recorded on the mail, and staff are told whom to call.

mod event;
mod what;

use shared::{
    clinic::Retention,
    metrics::{self, Metric},
    outbox::{Audience, HistoryEntry, Mail, StoredMail},
    store::{self, Change, Moment, Tries, Uncommitted, Write},
};

pub use event::SesEvent;

use self::{event::Feedback, what::What};
use crate::{Mailer, MailerError};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Part {
    Mail,
    /// The address is not written to from now on.
    Address,
    Notice,
    /// What digests find the notice by.
    Note,
}

impl Mailer {
    /// Records what came back. The same event changes nothing a second time, and a delivery that is told late hides no
    /// bounce.
    ///
    /// # Errors
    /// When there is no clinic, the store does not answer, or only another version can read the mail.
    pub(crate) async fn record_feedback(&self, event: SesEvent) -> Result<(), MailerError> {
        let Some(feedback) = event.feedback() else {
            return Ok(());
        };
        let mut tries = Tries::default();
        loop {
            let Some(mail) = self.outbox.get(&feedback.mail).await? else {
                tracing::info!(
                    mail.id = feedback.mail,
                    "an event is about a mail that is gone"
                );
                return Ok(());
            };
            if mail.has_event(&feedback.id) {
                return Ok(());
            }
            match self.record(&mail, &feedback).await? {
                Recorded::Now => return Ok(()),
                // Something else has changed the mail meanwhile.
                Recorded::Conflict | Recorded::AlreadyReported if tries.again().await => {}
                Recorded::Conflict | Recorded::AlreadyReported => {
                    return Err(MailerError::Contended);
                }
            }
        }
    }

    async fn record(
        &self,
        mail: &StoredMail,
        feedback: &Feedback,
    ) -> Result<Recorded, MailerError> {
        let clinic = self.clinic.current().await?;
        let is_to_staff = mail.letter.kind().audience() == Audience::Staff;
        // Staff whose mail comes back would not get the notice either: that is for an alarm. What is rejected is one mail.
        let reaches_staff = !is_to_staff || feedback.what == What::Rejected;
        let notice = if feedback.is_bad_for(mail) && reaches_staff {
            let is_complaint = feedback.what == What::Complained;
            self.notice(mail, &feedback.detail, is_complaint).await?
        } else {
            None
        };
        let notice = notice.map(|letter| Mail {
            to: clinic.mail().staff.clone(),
            letter,
        });
        let keep = clinic.retention();
        let mut recorded = self.write_down(mail, feedback, notice, keep).await?;
        if matches!(recorded, Recorded::AlreadyReported) {
            recorded = self.write_down(mail, feedback, None, keep).await?;
        }
        if matches!(recorded, Recorded::Now) {
            report(mail, feedback);
        }
        Ok(recorded)
    }

    async fn write_down(
        &self,
        mail: &StoredMail,
        feedback: &Feedback,
        notice: Option<Mail>,
        keep: Retention,
    ) -> Result<Recorded, store::Error> {
        let mut write = Write::of("feedback");
        let now = self.clock.now();
        write.add(Part::Mail, self.event_of(mail, feedback));
        if feedback.what.is_for_good() && mail.letter.kind().audience() == Audience::Visitor {
            let held =
                self.outbox
                    .hold_back(&mail.to, &feedback.detail, now, keep.bookings_days)?;
            write.add(Part::Address, held);
        }
        if let Some(notice) = notice {
            let noted = self
                .outbox
                .note(&mail.id, &notice.letter.id(mail.attempts), now)?;
            write.add(Part::Note, noted);
            let queued = self
                .outbox
                .queue(notice, now, mail.attempts, keep.mails_days)?;
            write.add(Part::Notice, queued);
        }
        match write.commit(self.outbox.client()).await {
            Ok(()) => Ok(Recorded::Now),
            Err(Uncommitted::Refused(refused)) if refused.by(Part::Mail) => Ok(Recorded::Conflict),
            Err(Uncommitted::Refused(_)) => Ok(Recorded::AlreadyReported),
            Err(error) => Err(error.into()),
        }
    }

    fn event_of(&self, mail: &StoredMail, feedback: &Feedback) -> Change {
        let entry = HistoryEntry {
            at: Moment(feedback.at),
            what: feedback.what.name().to_owned(),
            detail: feedback.detail.clone(),
        };
        let outcome = feedback.what.outcome();
        self.outbox.record_event(mail, &feedback.id, entry, outcome)
    }
}

/// Whether an event was recorded.
enum Recorded {
    Now,
    /// Staff know of this mail already, since a complaint may follow a bounce: it has to be recorded without a notice.
    AlreadyReported,
    Conflict,
}

/// Counts what came back, and staff's own mail by itself: SES may suppress later mails to them.
fn report(mail: &StoredMail, feedback: &Feedback) {
    let (id, what) = (mail.id.as_str(), feedback.what.name());
    if !feedback.is_bad_for(mail) {
        tracing::info!(
            mail.id = id,
            mail.event = what,
            "recorded an event of a mail"
        );
        return;
    }
    let metric = match mail.letter.kind().audience() {
        // SES suppresses nobody for a soft bounce, which an automatic answer may be.
        Audience::Staff if feedback.what == What::SoftBounced => None,
        Audience::Staff if feedback.what == What::Rejected => Some(Metric::MailsFailed),
        Audience::Staff => Some(Metric::StaffMailsReturned),
        Audience::Visitor => Some(Metric::MailsReturned),
    };
    if let Some(metric) = metric {
        metrics::record(&[(metric, 1)]);
    }
    tracing::warn!(
        mail.id = id,
        mail.event = what,
        "a mail came back or was reported as spam"
    );
}
