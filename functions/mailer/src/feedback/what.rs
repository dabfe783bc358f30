//! What can happen to a mail that SES has taken.

use shared::outbox::Outcome;

/// What happened to a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    Delivered,
    /// It is still being tried.
    Delayed,
    Bounced,
    /// It came back, perhaps as somebody's automatic answer.
    SoftBounced,
    Complained,
    /// SES found a virus in it after it had taken it.
    Rejected,
}

impl What {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Delayed => "delayed",
            Self::Bounced => "bounced",
            Self::SoftBounced => "soft_bounced",
            Self::Complained => "complained",
            Self::Rejected => "rejected",
        }
    }

    /// Whether the address is not to be written to any more: it does not exist, or its owner does not want our mails.
    pub(super) fn is_for_good(self) -> bool {
        matches!(self, Self::Bounced | Self::Complained)
    }

    pub(super) fn outcome(self) -> Option<Outcome> {
        match self {
            Self::Delivered => Some(Outcome::Delivered),
            Self::Bounced => Some(Outcome::Bounced),
            Self::SoftBounced => Some(Outcome::SoftBounced),
            Self::Complained => Some(Outcome::Complained),
            Self::Rejected => Some(Outcome::Rejected),
            Self::Delayed => None,
        }
    }
}
