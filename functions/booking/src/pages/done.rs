//! What has just happened to a booking. The form with which it was done leads to a page that says so, so that going back
//! and reloading repeat nothing.

use jiff::Timestamp;
use shared::http::Fields;

use crate::booking::{Booking, Standing};

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
    /// Staff have let the patient's address be written to again.
    WrittenAgain,
}

impl Done {
    const ALL: [Self; 9] = [
        Self::Booked,
        Self::Accepted,
        Self::Moved,
        Self::Cancelled,
        Self::Confirmed,
        Self::Declined,
        Self::Proposed,
        Self::MissNoted,
        Self::WrittenAgain,
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
            Self::WrittenAgain => "write-again",
        }
    }

    /// What the page says, and what is left to do. `None` when the booking has changed since.
    pub(crate) fn words(self, booking: &Booking, now: Timestamp) -> Option<&'static str> {
        if self == Self::WrittenAgain {
            return Some(
                "We write to this address again. What was not sent to it before is not sent now.",
            );
        }
        if booking.must_move.is_some() || (self == Self::Proposed) == booking.proposed.is_empty() {
            return None;
        }
        let has_email = booking.patient.email.is_some();
        let words = match (self, booking.standing(now), has_email) {
            (Self::Booked, Standing::Confirmed, true) => {
                "Thank you. Your appointment is booked, and we have emailed you the details."
            }
            (Self::Booked, Standing::Requested, true) => "Thank you. We have your request.",
            (Self::Booked, Standing::Requested, false) => {
                "Thank you. We have your request. Please write down your reference."
            }
            (Self::Accepted, Standing::Confirmed, _) => "Thank you. Your appointment is confirmed.",
            (Self::Moved, Standing::Requested, _) => "Your request has a new time.",
            (Self::Moved, Standing::Confirmed, _) => "Your appointment has a new time.",
            (Self::Cancelled, Standing::Cancelled, _) if booking.was_not_taken() => {
                "Thank you for telling us. You stay on the waiting list for other times."
            }
            (Self::Confirmed, Standing::Confirmed, true) => {
                "Confirmed. We have emailed the patient."
            }
            (Self::Confirmed, Standing::Confirmed, false) => {
                "Confirmed. The patient left no email address: please call them."
            }
            (Self::Declined, Standing::Declined, true) => {
                "Declined. The time is free again, and we have emailed the patient."
            }
            (Self::Declined, Standing::Declined, false) => {
                "Declined. The time is free again. The patient left no email address: please call them."
            }
            (Self::Proposed, Standing::Requested, true) => {
                "We have emailed the patient these times."
            }
            (Self::Proposed, Standing::Requested, false) => {
                "Noted. The patient left no email address: please call them."
            }
            (Self::MissNoted, Standing::NoShow, _) => "The no-show is recorded.",
            _ => return None,
        };
        Some(words)
    }
}
