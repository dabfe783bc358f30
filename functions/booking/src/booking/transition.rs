//! What an event makes of a booking: a step, nothing, or a refusal.

use shared::outbox::Kind;

use super::{Booking, Claim, Reminders, Told};

/// Whom a step is told to, and what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Notice {
    Confirmed,
    Declined,
    Proposed,
    Moved,
    Cancelled,
    Expired,
    /// They have to choose another time.
    MustMove,
    /// Their request stands: the practitioner is there after all.
    Requested,
    /// To staff, who have not heard of the booking; the others above are to the patient.
    NewToStaff,
    /// To staff, who know the booking.
    ChangedToStaff,
}

/// What an event makes of a booking.
#[derive(Debug)]
pub(crate) enum Next {
    /// The same happened before: nothing changes.
    Same,
    Changed(Box<Transition>),
}

/// A step in a booking's life: everything that is written for it, at once.
#[derive(Debug)]
pub(crate) struct Transition {
    pub(crate) after: Booking,
    /// The time that it takes, which has to be free.
    pub(crate) takes: Option<Claim>,
    /// The time that becomes free.
    pub(crate) gives_back: Option<Claim>,
    /// The mails that it queues. New reminders of `after` are queued as well.
    pub(crate) notices: &'static [Notice],
    /// The mails to the patient that must not be sent any more, if they were not sent before: what they tell of is over.
    pub(crate) withdraws: Withdrawn,
}

/// Mails to the patient that a step withdraws.
#[derive(Debug, Default)]
pub(crate) struct Withdrawn {
    /// Those about the booking as it was.
    pub(crate) told: Vec<Told>,
    pub(crate) reminders: Option<Reminders>,
}

impl Notice {
    pub(crate) fn is_to_patient(self) -> bool {
        !matches!(self, Self::NewToStaff | Self::ChangedToStaff)
    }

    /// The kind of its mail.
    pub(crate) fn kind(self) -> Kind {
        match self {
            Self::Confirmed => Kind::BookingConfirmed,
            Self::Declined => Kind::BookingDeclined,
            Self::Proposed => Kind::BookingProposed,
            Self::Moved => Kind::BookingMoved,
            Self::Cancelled => Kind::BookingCancelled,
            Self::Expired => Kind::BookingExpired,
            Self::MustMove => Kind::BookingMustMove,
            Self::Requested => Kind::BookingRequested,
            Self::NewToStaff => Kind::BookingToStaff,
            Self::ChangedToStaff => Kind::BookingChangedToStaff,
        }
    }
}

impl Transition {
    /// The reminders that it queues.
    pub(crate) fn reminders(&self) -> Option<&Reminders> {
        let reminders = self.after.reminders.as_ref();
        reminders.filter(|reminders| reminders.revision == self.after.revision)
    }
}

/// Why an event cannot happen to a booking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Barred {
    /// Something else has happened before.
    #[error("the booking is in another state")]
    WrongState,
    /// The visit is too near, or has begun.
    #[error("it is too late")]
    TooLate,
    /// The visit has not begun.
    #[error("it is too soon")]
    TooSoon,
    /// That start was not proposed.
    #[error("the start was not proposed")]
    NotProposed,
}
