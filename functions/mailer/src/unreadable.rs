//! Mails that only another version can read.

use std::sync::PoisonError;

use shared::{
    clinic::Clinic,
    metrics::{self, Metric},
    outbox::{Mail, RawMail},
    store::{self, Uncommitted, Write},
};

use crate::{Mailer, delivery::GIVE_UP_AFTER};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Part {
    Notice,
    /// What digests find the notice by.
    Note,
}

impl Mailer {
    /// Leaves a mail alone that only another version can read. After three days, or at once if nobody can tell how long it
    /// has waited, staff get one notice of it.
    pub(crate) async fn left_waiting(
        &self,
        mail: &RawMail,
        clinic: &Clinic,
    ) -> Result<(), store::Error> {
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
        let noted = self.outbox.note(mail.id(), &notice.letter.id(0), now)?;
        write.add(Part::Note, noted);
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
}
