//! Free starts: the slots that no booking has taken.

use std::collections::BTreeMap;

use jiff::{Timestamp, ToSpan, civil::Date};
use serde::Serialize;
use shared::{
    clinic::{Clinic, Practitioner, Service},
    local_time::LocalTime,
    values::PractitionerId,
};
use utoipa::ToSchema;

use super::{
    Busy, Calendar, Owner,
    slots::{Slot, slots_of},
    window::{horizon, is_too_soon},
};

/// A search for starts of a service with any of these practitioners.
#[derive(Debug)]
pub(crate) struct Search<'a> {
    pub(crate) service: &'a Service,
    pub(crate) practitioners: Vec<&'a Practitioner>,
    pub(crate) from: Date,
    /// The last day, itself in the range.
    pub(crate) to: Date,
}

/// A free start, and who is free then.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct FreeStart {
    #[schema(value_type = String, format = DateTime)]
    pub(crate) start: LocalTime,
    #[schema(value_type = String, format = DateTime)]
    pub(crate) end: LocalTime,
    #[schema(value_type = Vec<String>)]
    pub(crate) practitioners: Vec<PractitionerId>,
    pub(crate) book: Book,
}

/// How a start can be booked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Book {
    Online,
    /// It is inside the minimum notice.
    Call,
}

impl<'a> Search<'a> {
    /// A search on these days, with one practitioner or with all who offer the service.
    pub(crate) fn of(
        service: &'a Service,
        practitioner: Option<&'a Practitioner>,
        (from, to): (Date, Date),
        clinic: &'a Clinic,
    ) -> Self {
        let all = || clinic.offering(service).collect();
        Self {
            service,
            practitioners: practitioner.map_or_else(all, |one| vec![one]),
            from,
            to,
        }
    }
}

impl Search<'_> {
    /// The free starts by day. Every day of the range is a key, free or not.
    pub(crate) fn free(
        &self,
        calendar: &Calendar,
        clinic: &Clinic,
        now: Timestamp,
    ) -> BTreeMap<Date, Vec<FreeStart>> {
        let days = self.from.series(1.day());
        let days = days.take_while(|date| *date <= self.to);
        days.map(|date| (date, self.free_on(date, calendar, clinic, now)))
            .collect()
    }

    /// The free starts of one day after the other: who needs only the first does not look at all of them.
    pub(crate) fn days(
        &self,
        calendar: &Calendar,
        clinic: &Clinic,
        now: Timestamp,
    ) -> impl Iterator<Item = Vec<FreeStart>> {
        let days = self.from.series(1.day());
        let days = days.take_while(|date| *date <= self.to);
        days.map(move |date| self.free_on(date, calendar, clinic, now))
    }

    fn free_on(
        &self,
        date: Date,
        calendar: &Calendar,
        clinic: &Clinic,
        now: Timestamp,
    ) -> Vec<FreeStart> {
        if date > horizon(clinic, now) {
            return Vec::new();
        }
        let day = clinic.day(date);
        let rooms = self.service.rooms.iter();
        let rooms = rooms.map(|room| calendar.day(&Owner::Room(room.clone()), date));
        let rooms: Vec<Option<&Busy>> = rooms.collect();
        let mut starts: BTreeMap<Timestamp, FreeStart> = BTreeMap::new();
        for practitioner in &self.practitioners {
            let owner = Owner::Practitioner(practitioner.id.clone());
            let busy = calendar.day(&owner, date);
            let is_free = |slot: &Slot| {
                slot.start > now
                    && busy.is_none_or(|busy| busy.leaves_free(slot))
                    && has_room(&rooms, slot)
            };
            let slots = slots_of(&day, clinic, self.service, practitioner).into_iter();
            for slot in slots.filter(is_free) {
                let free = starts.entry(slot.start).or_insert_with(|| FreeStart {
                    start: clinic.local_time(slot.start),
                    end: clinic.local_time(slot.end),
                    practitioners: Vec::new(),
                    book: if is_too_soon(slot.start, clinic, now) {
                        Book::Call
                    } else {
                        Book::Online
                    },
                });
                free.practitioners.push(practitioner.id.clone());
            }
        }
        starts.into_values().collect()
    }

    /// Those whose days it looks at.
    pub(crate) fn owners(&self) -> impl Iterator<Item = Owner> {
        let practitioners = self.practitioners.iter();
        let practitioners = practitioners.map(|one| Owner::Practitioner(one.id.clone()));
        let rooms = self.service.rooms.iter();
        practitioners.chain(rooms.map(|room| Owner::Room(room.clone())))
    }
}

/// Whether one of the rooms is free then. `rooms` are the days of all that the service could have; it may need none.
fn has_room(rooms: &[Option<&Busy>], slot: &Slot) -> bool {
    let mut rooms_of_day = rooms.iter();
    rooms.is_empty() || rooms_of_day.any(|busy| busy.is_none_or(|busy| busy.leaves_free(slot)))
}
