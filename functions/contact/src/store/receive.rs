//! A message on its way in: one write stores the message, its idempotency record, the count of its sender
//! and its two mails.

use jiff::SignedDuration;
use serde::Serialize;
use shared::{
    clinic::Clinic,
    guard::{Allowance, Answer, Attempt, ReplayError, Sender},
    metrics::{self, Metric},
    store::{self, Change, ExpiresAt, Item, Key, Table, Uncommitted, Write},
};

use super::{
    Messages,
    item::{MessageItem, key},
};
use crate::{
    context::Context,
    message::{
        Acknowledgement, FiledMessage, Message, MessageState, reason::Reason, screen::Verdict,
    },
    proof::{Proof, Solved},
};

/// A message with everything that decides what becomes of it.
pub(crate) struct Submission {
    pub(crate) message: Message,
    pub(crate) verdict: Verdict,
    pub(crate) attempt: Attempt,
    pub(crate) sender: Sender,
    pub(crate) proof: Proof,
}

/// Why a message was not stored.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReceiveError {
    /// It came before, under the same key.
    #[error(transparent)]
    Replay(#[from] ReplayError),
    /// Its sender has sent too many.
    #[error("the sender has sent too many messages")]
    TooMany {
        /// How long to wait until there is room again.
        seconds: u32,
    },
    /// The store did not take it.
    #[error("the message could not be stored")]
    Unavailable(#[from] store::Error),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Part {
    Record,
    Sender,
    Proof,
    Message,
    Mail,
}

impl Messages {
    /// Stores the message and queues its mails, or finds the answer that it was given before. A
    /// suspicious one is stored without mails.
    ///
    /// This is one call, unless the write is refused because the sender has sent many or the proof was used
    /// before. Only the store knows that; the message is then written again, into quarantine.
    ///
    /// # Errors
    /// [`ReceiveError`]; nothing was stored then.
    pub(crate) async fn receive(
        &self,
        mut submission: Submission,
        context: &Context<'_>,
    ) -> Result<Answer<Acknowledgement>, ReceiveError> {
        loop {
            let acknowledgement = Acknowledgement::of(&submission.message, &context.clinic);
            let write = self.write(&submission, &acknowledgement, context)?;
            let refused = match write.commit(self.table.client()).await {
                Ok(()) => {
                    report(&submission);
                    return Ok(Answer::first(acknowledgement));
                }
                Err(Uncommitted::Refused(refused)) => refused,
                Err(error) => return Err(ReceiveError::Unavailable(error.into())),
            };
            // The record comes first: a replay is no new message to count.
            if refused.by(Part::Record) {
                let record = refused.old(Part::Record);
                return Ok(submission.attempt.replay(&self.table, record)?);
            } else if refused.by(Part::Sender) {
                submission.sent_many(refused.old(Part::Sender), &context.clinic)?;
            } else if refused.by(Part::Proof) {
                submission.proof = Proof::None;
                submission.verdict.suspect(Reason::ProofOfWorkUsedBefore);
            } else {
                let refused = Uncommitted::Refused(refused);
                return Err(ReceiveError::Unavailable(refused.into()));
            }
        }
    }

    fn write(
        &self,
        submission: &Submission,
        acknowledgement: &Acknowledgement,
        context: &Context<'_>,
    ) -> Result<Write<Part>, store::Error> {
        let Submission {
            attempt, sender, ..
        } = submission;
        let allowance = submission.allowance(&context.clinic);
        let filed = submission.filed();
        let item = MessageItem::of(&filed, context.clinic.retention().messages_days);

        let mut write = Write::of("message");
        let record = attempt.record(&self.table, context.now, acknowledgement)?;
        write.add(Part::Record, record);
        write.add(Part::Sender, sender.count(&self.table, allowance));
        if let Proof::Good(solved) = &submission.proof {
            write.add(Part::Proof, used(&self.table, solved)?);
        }
        let key = key(&filed.message.reference);
        write.add(Part::Message, self.table.put_new(&key, &item)?);
        if filed.state == MessageState::Received {
            for mail in self.queue(&filed.message, context)? {
                write.add(Part::Mail, mail);
            }
        }
        Ok(write)
    }
}

impl Submission {
    /// The message as it is stored with the present verdict.
    fn filed(&self) -> FiledMessage {
        let quarantined = self.verdict.is_quarantined();
        let state = if quarantined {
            MessageState::Quarantined
        } else {
            MessageState::Received
        };
        FiledMessage {
            message: self.message.clone(),
            state,
            reasons: self.verdict.reasons().to_vec(),
            mailed_at: (!quarantined).then_some(self.message.received_at),
        }
    }

    /// How many messages the sender may send. A message that is quarantined anyway has the larger
    /// allowance.
    fn allowance(&self, clinic: &Clinic) -> Allowance {
        let limits = clinic.contact().limits;
        if self.verdict.is_quarantined() {
            Allowance {
                per_minute: limits.refuse_per_minute,
                per_day: limits.refuse_per_day,
            }
        } else {
            Allowance {
                per_minute: limits.quarantine_per_minute,
                per_day: limits.quarantine_per_day,
            }
        }
    }

    /// The sender's count refused the write: the message goes into quarantine or, if the larger allowance is
    /// used up as well, is refused.
    fn sent_many(&mut self, count: Option<&Item>, clinic: &Clinic) -> Result<(), ReceiveError> {
        let had_larger = self.verdict.is_quarantined();
        self.verdict.suspect(Reason::BusyAddress);
        match self.sender.wait(count, self.allowance(clinic)) {
            Some(seconds) => Err(ReceiveError::TooMany { seconds }),
            // The count has just been refused, so there is room again in the next minute at the latest.
            None if had_larger => Err(ReceiveError::TooMany { seconds: 60 }),
            None => Ok(()),
        }
    }
}

fn report(submission: &Submission) {
    let quarantined = u64::from(submission.verdict.is_quarantined());
    metrics::record(&[
        (Metric::Messages, 1),
        (Metric::QuarantinedMessages, quarantined),
    ]);
    tracing::info!(
        message.reference = %submission.message.reference,
        message.quarantined_for = ?submission.verdict.reasons(),
        "stored contact message"
    );
}

/// The part of a write that uses a proof of work up. The item is kept until the challenge expires; after that
/// the challenge is refused for its age.
fn used(table: &Table, solved: &Solved) -> Result<Change, store::Error> {
    #[derive(Serialize)]
    struct Used {
        expires_at: ExpiresAt,
    }
    let key = Key::pair("proof of work", format!("proof#{}", solved.id), "proof");
    let expires_at = ExpiresAt::after(solved.expires_at, SignedDuration::ZERO);
    table.put_new(&key, Used { expires_at })
}
