//! What has just happened to a booking. The form with which it was done leads to a page that says so, so that going back
//! and reloading repeat nothing.

use shared::http::Fields;

use crate::booking::{Booking, Status};

/// Something that has just happened to a booking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Done {
    /// A patient has just asked for an appointment.
    Booked,
    Accepted,
    Moved,
    Cancelled,
    /// Staff have confirmed the request.
    Confirmed,
    Declined,
    Proposed,
    MissNoted,
}

impl Done {
    const ALL: [Self; 8] = [
        Self::Booked,
        Self::Accepted,
        Self::Moved,
        Self::Cancelled,
        Self::Confirmed,
        Self::Declined,
        Self::Proposed,
        Self::MissNoted,
    ];

    /// Reads it from `done` in the address of a page.
    pub(crate) fn read(query: &Fields) -> Option<Self> {
        let name = query.peek("done")?;
        Self::ALL.into_iter().find(|done| done.name() == name)
    }

    /// Its name in the address of the page that says so.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Booked => "booked",
            Self::Accepted => "accepted",
            Self::Moved => "moved",
            Self::Cancelled => "cancelled",
            Self::Confirmed => "confirmed",
            Self::Declined => "declined",
            Self::Proposed => "proposed",
            Self::MissNoted => "no-show",
        }
    }

    /// What the page says, and what is left to do. `None` when the booking has changed since.
    pub(crate) fn words(self, booking: &Booking) -> Option<&'static str> {
        let has_email = booking.patient.email.is_some();
        let words = match (self, booking.status, has_email) {
            (Self::Booked, Status::Confirmed, _) => {
                "Thank you: the appointment is yours. We have sent you an email with everything that you need."
            }
            (Self::Booked, Status::Requested, true) => {
                "Thank you: we hold this time for you, and write to you as soon as we have confirmed it."
            }
            (Self::Booked, Status::Requested, false) => {
                "Thank you: we hold this time for you, and will call you to confirm it. Please note down your reference."
            }
            (Self::Accepted, Status::Confirmed, _) => "Thank you. Your appointment is confirmed.",
            (Self::Moved, Status::Requested, _) => "Your request has a new time.",
            (Self::Moved, Status::Confirmed, _) => "Your appointment has a new time.",
            (Self::Cancelled, Status::Cancelled, _) if booking.was_not_taken() => {
                "Thank you for telling us. You stay on the waiting list for other times."
            }
            (Self::Cancelled, Status::Cancelled, _) => "It is cancelled.",
            (Self::Confirmed, Status::Confirmed, true) => {
                "Confirmed. We have sent the patient a mail."
            }
            (Self::Confirmed, Status::Confirmed, false) => {
                "Confirmed. The patient left no email address: please call them."
            }
            (Self::Declined, Status::Declined, true) => {
                "Declined. The time is free again, and we have sent the patient a mail."
            }
            (Self::Declined, Status::Declined, false) => {
                "Declined. The time is free again. The patient left no email address: please call them."
            }
            (Self::Proposed, Status::Requested, true) => "We have sent the patient these times.",
            (Self::Proposed, Status::Requested, false) => {
                "Noted. The patient left no email address: please call them."
            }
            (Self::MissNoted, Status::NoShow, _) => "The no-show is recorded.",
            _ => return None,
        };
        Some(words)
    }
}
