//! Staff's decision about a message, written with its line in the audit trail.

use jiff::Timestamp;
use shared::{
    audit::{Action, Actor, Entry},
    reference::Reference,
    store::{self, Change, Tries, Uncommitted, Write},
};

use super::{Messages, item::key};
use crate::{
    context::Context,
    message::{
        FiledMessage, MessageState,
        decision::{Changed, Decision, Effect},
    },
};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Part {
    Message,
    Audit,
    Mail,
}

/// Why a decision was not carried out.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DecideError {
    /// There is no such message.
    #[error("there is no such message")]
    NotFound,
    /// The message is in a state that the decision does not fit.
    #[error("the message is in another state")]
    WrongState,
    /// The store did not take it.
    #[error("the decision could not be stored")]
    Unavailable(#[from] store::Error),
}

impl Messages {
    /// Carries a decision out: the new state, its line in the audit trail and, for a release, the mails
    /// that the message has not had yet, in one write. The same decision again changes nothing.
    ///
    /// # Errors
    /// [`DecideError`].
    pub(crate) async fn decide(
        &self,
        reference: &Reference,
        decision: Decision,
        context: &Context<'_>,
    ) -> Result<Changed, DecideError> {
        let mut tries = Tries::default();
        loop {
            let found = self.find(reference, context.now).await?;
            let message = found.ok_or(DecideError::NotFound)?;
            let state = match decision.effect(message.state, message.mailed_at.is_some()) {
                Effect::Becomes(state) => state,
                Effect::Nothing => return Ok(Changed::Nothing),
                Effect::Refused => return Err(DecideError::WrongState),
            };
            let (write, changed) = self.decision(&message, decision, state, context)?;
            match write.commit(self.table.client()).await {
                Ok(()) => return Ok(changed),
                // Another decision came first: look again, until they have settled.
                Err(Uncommitted::Refused(refused))
                    if refused.by(Part::Message) && tries.again().await => {}
                Err(error) => return Err(DecideError::Unavailable(error.into())),
            }
        }
    }

    fn decision(
        &self,
        message: &FiledMessage,
        decision: Decision,
        state: MessageState,
        context: &Context<'_>,
    ) -> Result<(Write<Part>, Changed), store::Error> {
        let reference = &message.message.reference;
        let mut write = Write::of("decision");
        write.add(Part::Message, self.change(message, state, context.now));
        let entry = entry(reference, decision.action(), context.now);
        let keep_days = context.clinic.retention().audit_days;
        write.add(Part::Audit, entry.append(&self.table, keep_days)?);
        if matches!(state, MessageState::Handled | MessageState::Spam) {
            // Nobody has to call a sender whose receipt came back.
            for mail in Self::mail_ids(reference) {
                write.add(Part::Mail, self.outbox.told(&mail, context.now));
            }
        }
        if state != MessageState::Received || message.mailed_at.is_some() {
            return Ok((write, Changed::State));
        }
        for mail in self.queue(&message.message, context)? {
            write.add(Part::Mail, mail);
        }
        Ok((write, Changed::StateAndMails))
    }

    /// Records that somebody reads the message, before they do.
    ///
    /// # Errors
    /// When the store does not take it.
    pub(crate) async fn note_reading(
        &self,
        reference: &Reference,
        context: &Context<'_>,
    ) -> Result<(), DecideError> {
        let entry = entry(reference, Action::Read, context.now);
        let keep_days = context.clinic.retention().audit_days;
        let mut write = Write::of("audit entry");
        write.add(Part::Audit, entry.append(&self.table, keep_days)?);
        let written = write.commit(self.table.client()).await;
        written.map_err(|error| DecideError::Unavailable(error.into()))
    }

    fn change(&self, message: &FiledMessage, state: MessageState, now: Timestamp) -> Change {
        let key = key(&message.message.reference);
        let change = if state == MessageState::Received {
            let expression = "SET inbox = :after, mailed_at = if_not_exists(mailed_at, :now)";
            self.table.update(&key, expression).value(":now", now)
        } else {
            self.table.update(&key, "SET inbox = :after")
        };
        change
            .condition("inbox = :before")
            .value(":before", message.state)
            .value(":after", state)
    }
}

fn entry(reference: &Reference, action: Action, at: Timestamp) -> Entry {
    Entry {
        at,
        actor: Actor::StaffLink,
        action,
        subject: vec![reference.to_string()],
    }
}
