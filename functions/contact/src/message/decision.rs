//! What staff decide about a message, and what that does in each state.

use shared::audit::Action;

use super::MessageState;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    /// It is from a person: send the mails to staff and the visitor.
    Release,
    Handled,
    /// It is not done after all.
    Reopen,
    Spam,
}

/// What a decision does in the state that a message is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    Becomes(MessageState),
    /// The message is in that state already.
    Nothing,
    /// The message can no longer reach that state.
    Refused,
}

/// What a decision has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Changed {
    State,
    /// The state, and the mails were queued.
    StateAndMails,
    Nothing,
}

impl Decision {
    pub(crate) fn parse(action: &str) -> Option<Self> {
        let all = [Self::Release, Self::Handled, Self::Reopen, Self::Spam];
        all.into_iter().find(|one| one.name() == action)
    }

    /// Nothing is lost for good: spam can be released, and what is done can be reopened. A message that was done
    /// before its mails were sent goes back to quarantine, and can be released from there or at once.
    pub(crate) fn effect(self, state: MessageState, mailed: bool) -> Effect {
        match (self, state) {
            (Self::Release, MessageState::Quarantined | MessageState::Spam) => {
                Effect::Becomes(MessageState::Received)
            }
            (Self::Release, MessageState::Handled) if !mailed => {
                Effect::Becomes(MessageState::Received)
            }
            (Self::Reopen, MessageState::Handled) if mailed => {
                Effect::Becomes(MessageState::Received)
            }
            (Self::Reopen, MessageState::Handled) => Effect::Becomes(MessageState::Quarantined),
            (Self::Handled, MessageState::Received | MessageState::Quarantined) => {
                Effect::Becomes(MessageState::Handled)
            }
            (Self::Spam, MessageState::Received | MessageState::Quarantined) => {
                Effect::Becomes(MessageState::Spam)
            }
            (Self::Release, MessageState::Received)
            | (Self::Handled, MessageState::Handled)
            | (Self::Spam, MessageState::Spam)
            | (Self::Reopen, MessageState::Received | MessageState::Quarantined) => Effect::Nothing,
            (Self::Release | Self::Spam, MessageState::Handled)
            | (Self::Handled | Self::Reopen, MessageState::Spam) => Effect::Refused,
        }
    }

    /// Whether it is possible now, and would change something.
    pub(crate) fn fits(self, state: MessageState, mailed: bool) -> bool {
        matches!(self.effect(state, mailed), Effect::Becomes(_))
    }

    /// Its name in addresses and forms.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Release => "release",
            Self::Handled => "handled",
            Self::Reopen => "reopen",
            Self::Spam => "spam",
        }
    }

    /// What staff read after it.
    pub(crate) fn done(self) -> &'static str {
        match self {
            Self::Release => "Released. The status of its emails is below.",
            Self::Handled => "It is marked as done.",
            Self::Reopen => "This message is waiting for an answer again.",
            Self::Spam => "It is marked as spam. You can still release it.",
        }
    }

    pub(crate) fn action(self) -> Action {
        match self {
            Self::Release => Action::Released,
            Self::Handled => Action::Handled,
            Self::Reopen => Action::Reopened,
            Self::Spam => Action::MarkedSpam,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_lost_for_good() {
        let all = [
            MessageState::Received,
            MessageState::Quarantined,
            MessageState::Handled,
            MessageState::Spam,
        ];
        let fits = |decision: Decision| all.map(|state| decision.fits(state, true));

        assert_eq!(fits(Decision::Release), [false, true, false, true]);
        assert_eq!(fits(Decision::Handled), [true, true, false, false]);
        assert_eq!(fits(Decision::Spam), [true, true, false, false]);
        assert_eq!(fits(Decision::Reopen), [false, false, true, false]);
        let reopen = |mailed| Decision::Reopen.effect(MessageState::Handled, mailed);
        assert_eq!(reopen(true), Effect::Becomes(MessageState::Received));
        assert_eq!(reopen(false), Effect::Becomes(MessageState::Quarantined));
        let release = |state, mailed| Decision::Release.effect(state, mailed);
        assert_eq!(release(MessageState::Handled, true), Effect::Refused);
        assert_eq!(
            release(MessageState::Handled, false),
            Effect::Becomes(MessageState::Received)
        );
        assert_eq!(release(MessageState::Received, true), Effect::Nothing);
    }
}
