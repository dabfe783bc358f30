//! What a booking holds of a day: time of its practitioner, and of its room if it needs one.

use jiff::{Timestamp, civil::Date};
use shared::{
    clinic::{Clinic, Practitioner, Service},
    values::{PractitionerId, RoomId},
};

use crate::time::{Calendar, Obstacle, Owner, Slot, slots};

/// The time that a booking holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Claim {
    pub(crate) practitioner: PractitionerId,
    /// The room that is held for the same time.
    pub(crate) room: Option<RoomId>,
    /// The day of its start, in the clinic's time zone.
    pub(crate) date: Date,
    pub(crate) slot: Slot,
}

impl Claim {
    /// The time of the practitioner from that start on, with each of the rooms that the service could have. None when the
    /// practitioner has no slot for the service then, however free their day is.
    pub(crate) fn each(
        start: Timestamp,
        service: &Service,
        practitioner: &Practitioner,
        clinic: &Clinic,
    ) -> Vec<Self> {
        let date = clinic.local_date(start);
        let mut slots = slots(clinic, service, practitioner, date).into_iter();
        let Some(slot) = slots.find(|slot| slot.start == start) else {
            return Vec::new();
        };
        let claim = Self {
            practitioner: practitioner.id.clone(),
            room: None,
            date,
            slot,
        };
        if service.rooms.is_empty() {
            return vec![claim];
        }
        let rooms = service.rooms.iter().cloned();
        let in_room = |room| Self {
            room: Some(room),
            ..claim.clone()
        };
        rooms.map(in_room).collect()
    }

    /// Those whose time it is: the practitioner comes first.
    pub(crate) fn owners(&self) -> impl Iterator<Item = Owner> {
        let practitioner = Owner::Practitioner(self.practitioner.clone());
        let room = self.room.clone().map(Owner::Room);
        std::iter::once(practitioner).chain(room)
    }

    /// The first thing that is in its way on these days, and whose time it is in.
    pub(crate) fn obstacle(&self, calendar: &Calendar) -> Option<(Owner, Obstacle)> {
        let mut owners = self.owners();
        owners.find_map(|owner| {
            let obstacle = calendar.day(&owner, self.date)?.obstacle(&self.slot)?;
            Some((owner, obstacle))
        })
    }

    pub(crate) fn start(&self) -> Timestamp {
        self.slot.start
    }

    pub(crate) fn end(&self) -> Timestamp {
        self.slot.end
    }
}
