//! What comes back about a mail that was sent: it is recorded on the mail, and staff are told whom to call.

mod event;

use shared::{
    metrics::{self, Metric},
    outbox::{Audience, HistoryEntry, Mail, StoredMail},
    store::{self, Change, Moment, Tries, Uncommitted, Write},
};

pub use event::SesEvent;

use self::event::{Feedback, What};
use crate::{Mailer, MailerError};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Part {
    Mail,
    Notice,
}

impl Mailer {
    /// Records what came back. The same event changes nothing a second time, and a delivery that is told late hides no
    /// bounce.
    ///
    /// # Errors
    /// When there is no clinic, the store does not answer, or only another version can read the mail.
    pub(crate) async fn take_back(&self, event: SesEvent) -> Result<(), MailerError> {
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
            if mail.has_heard(&feedback.id) {
                return Ok(());
            }
            match self.record(&mail, &feedback).await? {
                Recorded::Whole => return Ok(()),
                // Something else has changed the mail meanwhile.
                Recorded::Not | Recorded::Known if tries.again().await => {}
                Recorded::Not | Recorded::Known => return Err(MailerError::Contended),
            }
        }
    }

    async fn record(
        &self,
        mail: &StoredMail,
        feedback: &Feedback,
    ) -> Result<Recorded, MailerError> {
        let clinic = self.clinic.current().await?;
        let is_staffs = mail.letter.kind().audience() == Audience::Staff;
        // Staff whose mail comes back would not get the notice either: that is for an alarm.
        let notice = if feedback.what.is_bad() && !is_staffs {
            self.notice(mail, &feedback.detail).await?
        } else {
            None
        };
        let notice = notice.map(|letter| Mail {
            to: clinic.mail().staff.clone(),
            letter,
        });
        let keep_days = clinic.retention().mails_days;
        let mut recorded = self.write_down(mail, feedback, notice, keep_days).await?;
        if matches!(recorded, Recorded::Known) {
            recorded = self.write_down(mail, feedback, None, keep_days).await?;
        }
        if matches!(recorded, Recorded::Whole) {
            report(mail, feedback);
        }
        Ok(recorded)
    }

    async fn write_down(
        &self,
        mail: &StoredMail,
        feedback: &Feedback,
        notice: Option<Mail>,
        keep_days: u32,
    ) -> Result<Recorded, store::Error> {
        let mut write = Write::of("feedback");
        write.add(Part::Mail, self.heard(mail, feedback));
        if let Some(notice) = notice {
            let now = self.clock.now();
            let queued = self.outbox.queue(notice, now, mail.attempts, keep_days)?;
            write.add(Part::Notice, queued);
        }
        match write.commit(self.outbox.client()).await {
            Ok(()) => Ok(Recorded::Whole),
            Err(Uncommitted::Refused(refused)) if refused.by(Part::Mail) => Ok(Recorded::Not),
            Err(Uncommitted::Refused(_)) => Ok(Recorded::Known),
            Err(error) => Err(error.into()),
        }
    }

    fn heard(&self, mail: &StoredMail, feedback: &Feedback) -> Change {
        let entry = HistoryEntry {
            at: Moment(feedback.at),
            what: feedback.what.name().to_owned(),
            detail: feedback.detail.clone(),
        };
        let outcome = feedback.what.outcome();
        let rejected = feedback.what == What::Rejected;
        self.outbox
            .hear(mail, &feedback.id, entry, outcome, rejected)
    }
}

/// Whether an event was written down.
enum Recorded {
    Whole,
    /// Staff know of this mail already, since a complaint may follow a bounce: it has to be written without a notice.
    Known,
    Not,
}

/// Counts what comes back of staff's own mail: SES would keep back everything after it.
fn report(mail: &StoredMail, feedback: &Feedback) {
    let (id, what) = (mail.id.as_str(), feedback.what.name());
    if !feedback.what.is_bad() {
        tracing::info!(mail.id = id, mail.what = what, "a mail was followed");
        return;
    }
    let metric = match mail.letter.kind().audience() {
        Audience::Staff => Metric::StaffMailsReturned,
        Audience::Visitor => Metric::MailsReturned,
    };
    metrics::record(&[(metric, 1)]);
    tracing::warn!(
        mail.id = id,
        mail.what = what,
        "a mail did not reach its reader"
    );
}
