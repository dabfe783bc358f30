//! The visits that a time off is in the way of.

use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date};
use shared::{
    clinic::Clinic,
    store::{Consistency, Error, Tries},
};

use super::{Bookings, Days};
use crate::{
    booking::{Booking, Claim, Status},
    time::{CELL, Calendar, Owner, TimeOff},
};

/// A visit that reaches into a time off has begun at most this long before it.
const LONGEST_VISIT: SignedDuration = SignedDuration::from_hours(8);

/// What a time off is in the way of.
pub(crate) struct InTheWay {
    pub(crate) bookings: Vec<Booking>,
    /// Whether they explain all of the time that is taken.
    pub(crate) are_all: bool,
}

impl Bookings {
    /// The live bookings to come that a time off is in the way of, the first one first. Once its days are written, none
    /// can be added.
    ///
    /// The index may lag behind by a moment, so it is asked until it explains the busy cells of these days.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(crate) async fn in_the_way(
        &self,
        time_off: &TimeOff,
        clinic: &Clinic,
        now: Timestamp,
    ) -> Result<InTheWay, Error> {
        let (first, last) = time_off.days(clinic);
        let days = Days::in_table(self.table.clone());
        let mut tries = Tries::default();
        loop {
            let busy = days.of_one(time_off.owner(), first, last, Consistency::Strong);
            let mut busy: Calendar = busy.await?.into_iter().collect();
            let live = self.live_around(time_off, now).await?;
            for booking in &live {
                let Claim { date, slot, .. } = &booking.claim;
                busy.day_mut(time_off.owner(), *date).give_back(slot.cells);
            }
            let is_explained = (first.series(1.day()).take_while(|date| *date <= last))
                .all(|date| !is_busy_within(&busy, date, time_off, clinic, now));
            if is_explained || !tries.again().await {
                let meets = |one: &Booking| time_off.off.meets(one.claim.start(), one.claim.end());
                let is_met = |one: &Booking| one.claim.start() > now && meets(one);
                let met = live.into_iter().filter(is_met);
                return Ok(InTheWay {
                    bookings: self.settled(met, now).await?,
                    are_all: is_explained,
                });
            }
        }
    }

    /// The bookings of the index, and of those whose time is offered to somebody, those which are live now: they may have
    /// been taken a moment ago. With the time off on its day, none can be taken any more.
    async fn settled(
        &self,
        found: impl Iterator<Item = Booking>,
        now: Timestamp,
    ) -> Result<Vec<Booking>, Error> {
        let mut settled = Vec::new();
        for booking in found {
            if booking.status == Status::Offered {
                let booking = self.find(&booking.reference, now).await?;
                settled.extend(booking.filter(|booking| booking.status.is_live()));
            } else {
                settled.push(booking);
            }
        }
        Ok(settled)
    }

    /// The practitioner's live bookings that may reach into a time off, and those whose buffers may.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(crate) async fn live_around(
        &self,
        time_off: &TimeOff,
        now: Timestamp,
    ) -> Result<Vec<Booking>, Error> {
        let (off, practitioner) = (&time_off.off, &time_off.practitioner);
        let (from, to) = (off.from - LONGEST_VISIT, off.to + LONGEST_VISIT);
        let mut live = self.agenda(practitioner, from, to, now).await?;
        live.retain(|booking| booking.status.is_live());
        Ok(live)
    }

    /// Whether its practitioner is away at the booking's time, by the day as it is now.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(crate) async fn is_away(&self, booking: &Booking) -> Result<bool, Error> {
        let Claim { date, slot, .. } = &booking.claim;
        let owner = Owner::Practitioner(booking.claim.practitioner.clone());
        let days = Days::in_table(self.table.clone());
        let days = days.of_one(owner, *date, *date, Consistency::Strong);
        let mut off = days.await?.into_iter().flat_map(|(_, busy)| busy.off);
        Ok(off.any(|off| off.meets(slot.start, slot.end)))
    }
}

/// Whether a cell of that day is busy that begins within a time off and is still to come.
fn is_busy_within(
    days: &Calendar,
    date: Date,
    time_off: &TimeOff,
    clinic: &Clinic,
    now: Timestamp,
) -> bool {
    let Some(busy) = days.day(&time_off.owner(), date) else {
        return false;
    };
    let midnight = clinic.day(date).midnight;
    busy.cells().any(|cell| {
        let begins = midnight + CELL * i32::from(cell);
        begins > now && time_off.off.meets(begins, begins + CELL)
    })
}
