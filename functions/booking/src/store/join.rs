//! Somebody on their way into the waiting list: one write for the entry, its idempotency record, the counts of its sender
//! and its patient, and its mail.

use jiff::Timestamp;
use shared::{
    guard::{Admission, Answer, Attempt, Guarded, ReplayError, Ruling},
    store::{self, Uncommitted, Write},
};

use super::{Bookings, waitlist};
use crate::{
    context::Context,
    mails,
    waitlist::{Entry, Receipt},
};

/// Why somebody is not on the waiting list.
#[derive(Debug, thiserror::Error)]
pub(crate) enum JoinError {
    /// They asked before, under the same key.
    #[error(transparent)]
    Replay(#[from] ReplayError),
    /// Their network or their person has asked for too much.
    #[error("too much was asked for")]
    TooMany {
        /// How long to wait until there is room again.
        seconds: u32,
    },
    /// The store did not take it.
    #[error("the entry could not be stored")]
    Unavailable(#[from] store::Error),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Part {
    Guard(Guarded),
    Entry,
    /// What has become free meanwhile is looked at once more.
    Note,
    Mail,
}

impl From<Guarded> for Part {
    fn from(guarded: Guarded) -> Self {
        Self::Guard(guarded)
    }
}

impl Bookings {
    /// Stores a new entry with its mail, or finds the answer that this request was given before.
    ///
    /// # Errors
    /// [`JoinError`]; nothing was stored then.
    pub(crate) async fn join(
        &self,
        mut entry: Entry,
        admission: &mut Admission,
        context: &Context<'_>,
    ) -> Result<Answer<Receipt>, JoinError> {
        let keep_days = context.clinic.retention().mails_days;
        entry.record = admission.attempt.without_key().map(str::to_owned);
        loop {
            entry.suspicions = admission.verdict.reasons().to_vec();
            let receipt = Receipt::of(&entry, context.waitlist_url(&entry));
            let mut write = Write::of("entry in the waiting list");
            admission.guard(&mut write, &receipt, context.now)?;
            let new = waitlist::put_new(&self.table, &entry, &context.clinic)?;
            write.add(Part::Entry, new);
            write.add(Part::Note, self.look_at(&entry, context.now)?);
            if let Some(mail) = mails::of_joining(&entry, context) {
                let mail = self.outbox.queue(mail, context.now, 0, keep_days)?;
                write.add(Part::Mail, mail);
            }
            let refused = match write.commit(self.table.client()).await {
                Ok(()) => return Ok(Answer::first(receipt)),
                Err(Uncommitted::Refused(refused)) => refused,
                Err(error) => return Err(JoinError::Unavailable(error.into())),
            };
            match admission.rule(&refused) {
                Ruling::Replay(record) => return Ok(admission.replay(record.as_ref())?),
                Ruling::TooMany { seconds } => return Err(JoinError::TooMany { seconds }),
                Ruling::Suspicious => {}
                Ruling::AnotherPart => {
                    let refused = Uncommitted::Refused(refused);
                    return Err(JoinError::Unavailable(refused.into()));
                }
            }
        }
    }

    /// The answer that this request to join was given before, if it was.
    ///
    /// # Errors
    /// When the store does not answer, or the key belongs to another request.
    pub(crate) async fn joined_before(
        &self,
        attempt: &Attempt,
        now: Timestamp,
    ) -> Result<Option<Answer<Receipt>>, ReplayError> {
        attempt.earlier(&self.table, now).await
    }
}
