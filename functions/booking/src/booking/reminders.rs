//! The reminders of a confirmed booking: mails that wait in the outbox until they are due.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use shared::clinic::Clinic;

use super::{Booking, Status};

/// The reminders that were queued for a booking, as it is now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Reminders {
    /// The revision of the booking that queued them.
    pub(crate) revision: u32,
    /// How many hours of elapsed time before the start each of them is due.
    pub(crate) hours: Vec<u32>,
}

impl Reminders {
    /// The reminders that a booking gets at this revision: none before it is confirmed, none that would have been due by
    /// now, none without an address to mail them to, and none while its patient is asked to choose another time.
    pub(crate) fn of(booking: &Booking, clinic: &Clinic, now: Timestamp) -> Option<Self> {
        let is_certain = booking.status == Status::Confirmed && booking.must_move.is_none();
        if !is_certain || booking.patient.email.is_none() {
            return None;
        }
        let left = booking.claim.start().duration_since(now);
        let to_come = |before: &&SignedDuration| **before < left;
        let reminders = clinic.booking().reminders.iter().filter(to_come);
        let hours = reminders.filter_map(|before| u32::try_from(before.as_hours()).ok());
        let reminders = Self {
            revision: booking.revision,
            hours: hours.collect(),
        };
        (!reminders.hours.is_empty()).then_some(reminders)
    }
}
