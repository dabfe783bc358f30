//! What staff decide about a message, written with its line in the audit trail.

use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem, Update};
use jiff::Timestamp;
use shared::{
    audit::{Action, Actor, Entry},
    clinic::Clinic,
    reference::Reference,
    transaction::{StoreError, Uncommitted, commit, update},
};

use crate::{
    item::{SORT, State, StoredMessage, partition},
    links::ReviewLinks,
    messages::Messages,
};

/// How often a decision is tried again that met another one.
const TRIES: usize = 3;

/// What staff decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    /// It is from a person: tell staff and the visitor.
    Release,
    /// It is done.
    Handled,
    /// It is not worth anybody's time.
    Spam,
}

/// What a decision does in the state that a message is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effect {
    Becomes(State),
    /// It is so already.
    Nothing,
    /// It cannot be any more.
    Refused,
}

/// Whether a decision was the first of its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Changed {
    State,
    /// And its mails were queued.
    StateAndMails,
    Nothing,
}

/// A decision that was not carried out.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DecideError {
    /// There is no such message.
    #[error("there is no such message")]
    NotFound,
    /// The message is in a state that it does not fit.
    #[error("the message is in another state")]
    WrongState,
    /// The store did not answer.
    #[error("the decision could not be stored")]
    Unavailable(#[from] StoreError),
    /// The store did not take it.
    #[error("the decision could not be stored")]
    Uncommitted(#[source] Uncommitted),
}

impl Decision {
    pub(crate) fn parse(action: &str) -> Option<Self> {
        match action {
            "release" => Some(Self::Release),
            "handled" => Some(Self::Handled),
            "spam" => Some(Self::Spam),
            _ => None,
        }
    }

    /// Nothing is lost for good: spam can be released, too, and so can what was done with before anybody
    /// was told of it. Else what is done stays done.
    fn effect(self, state: State, mailed: bool) -> Effect {
        match (self, state) {
            (Self::Release, State::Quarantined | State::Spam) => Effect::Becomes(State::Received),
            (Self::Release, State::Handled) if !mailed => Effect::Becomes(State::Received),
            (Self::Handled, State::Received | State::Quarantined) => {
                Effect::Becomes(State::Handled)
            }
            (Self::Spam, State::Received | State::Quarantined) => Effect::Becomes(State::Spam),
            (Self::Release, State::Received)
            | (Self::Handled, State::Handled)
            | (Self::Spam, State::Spam) => Effect::Nothing,
            (Self::Release | Self::Spam, State::Handled) | (Self::Handled, State::Spam) => {
                Effect::Refused
            }
        }
    }

    /// Whether it can be taken now, and would change something.
    pub(crate) fn fits(self, state: State, mailed: bool) -> bool {
        matches!(self.effect(state, mailed), Effect::Becomes(_))
    }

    /// What staff are told after it.
    pub(crate) fn done(self, changed: Changed) -> &'static str {
        match (self, changed) {
            (Self::Release, Changed::StateAndMails) => {
                "It is released: its mails are on their way."
            }
            (Self::Release, _) => "It is released. Its mails went out before.",
            (Self::Handled, _) => "It is marked as done.",
            (Self::Spam, _) => "It is marked as spam. It can still be released.",
        }
    }

    fn action(self) -> Action {
        match self {
            Self::Release => Action::Released,
            Self::Handled => Action::Handled,
            Self::Spam => Action::MarkedSpam,
        }
    }
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
        links: &ReviewLinks,
        clinic: &Clinic,
        now: Timestamp,
    ) -> Result<Changed, DecideError> {
        for _ in 0..TRIES {
            let found = self.find(reference, now).await?;
            let message = found.ok_or(DecideError::NotFound)?;
            let state = match decision.effect(message.inbox, message.mailed_at.is_some()) {
                Effect::Becomes(state) => state,
                Effect::Nothing => return Ok(Changed::Nothing),
                Effect::Refused => return Err(DecideError::WrongState),
            };
            let mut items = vec![
                self.change(&message, state, now)?,
                audit(reference, decision.action(), now)
                    .append(&self.table, clinic.retention.audit_days)?,
            ];
            let mut changed = Changed::State;
            if state == State::Received && message.mailed_at.is_none() {
                items.extend(self.queue(&message, links, clinic, now)?);
                changed = Changed::StateAndMails;
            }
            match commit(&self.client, items).await {
                Ok(()) => return Ok(changed),
                // Somebody else decided in between: look again.
                Err(Uncommitted::Refused(_)) => {}
                Err(error) => return Err(DecideError::Uncommitted(error)),
            }
        }
        Err(DecideError::Uncommitted(Uncommitted::Refused(Vec::new())))
    }

    /// Writes down that somebody reads the message, before they do.
    ///
    /// # Errors
    /// When the store does not take it.
    pub(crate) async fn note_reading(
        &self,
        reference: &Reference,
        clinic: &Clinic,
        now: Timestamp,
    ) -> Result<(), DecideError> {
        let entry =
            audit(reference, Action::Read, now).append(&self.table, clinic.retention.audit_days)?;
        commit(&self.client, vec![entry])
            .await
            .map_err(DecideError::Uncommitted)
    }

    fn change(
        &self,
        message: &StoredMessage,
        state: State,
        now: Timestamp,
    ) -> Result<TransactWriteItem, StoreError> {
        let value = |state: State| {
            serde_dynamo::to_attribute_value(state)
                .map_err(|error| StoreError::new("message", &error))
        };
        let change = Update::builder()
            .table_name(&self.table)
            .key("pk", AttributeValue::S(partition(&message.reference)))
            .key("sk", AttributeValue::S(SORT.to_owned()))
            .condition_expression("inbox = :before")
            .expression_attribute_values(":before", value(message.inbox)?)
            .expression_attribute_values(":after", value(state)?);
        let change = if state == State::Received {
            change
                .update_expression("SET inbox = :after, mailed_at = if_not_exists(mailed_at, :now)")
                .expression_attribute_values(":now", AttributeValue::S(now.to_string()))
        } else {
            change.update_expression("SET inbox = :after")
        };
        let change = change
            .build()
            .map_err(|error| StoreError::new("message", &error))?;
        Ok(update(change))
    }
}

fn audit(reference: &Reference, action: Action, at: Timestamp) -> Entry {
    Entry {
        at,
        actor: Actor::StaffLink,
        action,
        subject: vec![reference.to_string()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_lost_for_good_and_what_is_done_stays_done() {
        let all = [
            State::Received,
            State::Quarantined,
            State::Handled,
            State::Spam,
        ];
        let fits = |decision: Decision| all.map(|state| decision.fits(state, true));

        assert_eq!(fits(Decision::Release), [false, true, false, true]);
        assert_eq!(fits(Decision::Handled), [true, true, false, false]);
        assert_eq!(fits(Decision::Spam), [true, true, false, false]);
        let release = |state, mailed| Decision::Release.effect(state, mailed);
        assert_eq!(release(State::Handled, true), Effect::Refused);
        assert_eq!(
            release(State::Handled, false),
            Effect::Becomes(State::Received)
        );
        assert_eq!(release(State::Received, true), Effect::Nothing);
    }
}
