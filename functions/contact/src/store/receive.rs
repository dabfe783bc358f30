//! A message on its way in: one write stores the message, its idempotency record, the counts of its sender and its
//! person, and its mails.

use shared::{
    guard::{Admission, Answer, Guarded, ReplayError, Ruling},
    metrics::{self, Metric},
    store::{self, Uncommitted, Write},
};

use super::{
    Messages,
    item::{MessageItem, key},
};
use crate::{
    context::Context,
    message::{Acknowledgement, FiledMessage, Message, MessageState},
};

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
    Guard(Guarded),
    Message,
    Mail,
}

impl From<Guarded> for Part {
    fn from(guarded: Guarded) -> Self {
        Self::Guard(guarded)
    }
}

impl Messages {
    /// Stores the message and queues its mails, or finds the answer that it was given before. A
    /// suspicious one is stored without mails.
    ///
    /// This is one call, unless only the store could know that the message is suspicious: because its sender or its
    /// person has sent many, or its proof was used before. It is then written again, into quarantine.
    ///
    /// # Errors
    /// [`ReceiveError`]; nothing was stored then.
    pub(crate) async fn receive(
        &self,
        message: Message,
        mut admission: Admission,
        context: &Context<'_>,
    ) -> Result<Answer<Acknowledgement>, ReceiveError> {
        let acknowledgement = Acknowledgement::of(&message, &context.clinic);
        loop {
            let filed = filed(&message, &admission);
            let write = self.write(&filed, &admission, &acknowledgement, context)?;
            let refused = match write.commit(self.table.client()).await {
                Ok(()) => {
                    report(&filed);
                    return Ok(Answer::first(acknowledgement));
                }
                Err(Uncommitted::Refused(refused)) => refused,
                Err(error) => return Err(ReceiveError::Unavailable(error.into())),
            };
            match admission.rule(&refused) {
                Ruling::Replay(record) => return Ok(admission.replay(record.as_ref())?),
                Ruling::TooMany { seconds } => return Err(ReceiveError::TooMany { seconds }),
                Ruling::Suspicious => {}
                Ruling::AnotherPart => {
                    let refused = Uncommitted::Refused(refused);
                    return Err(ReceiveError::Unavailable(refused.into()));
                }
            }
        }
    }

    fn write(
        &self,
        filed: &FiledMessage,
        admission: &Admission,
        acknowledgement: &Acknowledgement,
        context: &Context<'_>,
    ) -> Result<Write<Part>, store::Error> {
        let item = MessageItem::of(filed, context.clinic.retention().messages_days);
        let key = key(&filed.message.reference);

        let mut write = Write::of("message");
        admission.guard(&mut write, acknowledgement, context.now)?;
        write.add(Part::Message, self.table.put_new(&key, &item)?);
        if filed.state == MessageState::Received {
            for mail in self.queue(&filed.message, context)? {
                write.add(Part::Mail, mail);
            }
        }
        Ok(write)
    }
}

/// The message as it is stored with the present verdict.
fn filed(message: &Message, admission: &Admission) -> FiledMessage {
    let quarantined = admission.verdict.is_suspicious();
    let state = if quarantined {
        MessageState::Quarantined
    } else {
        MessageState::Received
    };
    FiledMessage {
        message: message.clone(),
        state,
        reasons: admission.verdict.reasons().to_vec(),
        mailed_at: (!quarantined).then_some(message.received_at),
    }
}

fn report(filed: &FiledMessage) {
    let quarantined = u64::from(filed.state == MessageState::Quarantined);
    metrics::record(&[
        (Metric::Messages, 1),
        (Metric::QuarantinedMessages, quarantined),
    ]);
    tracing::info!(
        message.reference = %filed.message.reference,
        message.quarantined_for = ?filed.reasons,
        "stored contact message"
    );
}
