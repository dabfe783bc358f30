//! What a booking holds of a practitioner's day.

use jiff::{Timestamp, civil::Date};
use shared::{
    clinic::{Clinic, Practitioner, Service},
    values::PractitionerId,
};

use crate::time::{Slot, slots};

/// The time of a practitioner that a booking holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Claim {
    pub(crate) practitioner: PractitionerId,
    /// The day of its start, in the clinic's time zone.
    pub(crate) date: Date,
    pub(crate) slot: Slot,
}

impl Claim {
    /// The time of the practitioner from that start on. `None` when they have no slot for the service then, however
    /// free their day is.
    pub(crate) fn at(
        start: Timestamp,
        service: &Service,
        practitioner: &Practitioner,
        clinic: &Clinic,
    ) -> Option<Self> {
        let date = clinic.local_date(start);
        let mut slots = slots(clinic, service, practitioner, date).into_iter();
        Some(Self {
            practitioner: practitioner.id.clone(),
            date,
            slot: slots.find(|slot| slot.start == start)?,
        })
    }

    /// Whether both are time of the same practitioner on the same day.
    pub(crate) fn is_on_day_of(&self, other: &Self) -> bool {
        self.practitioner == other.practitioner && self.date == other.date
    }

    pub(crate) fn start(&self) -> Timestamp {
        self.slot.start
    }

    pub(crate) fn end(&self) -> Timestamp {
        self.slot.end
    }
}
