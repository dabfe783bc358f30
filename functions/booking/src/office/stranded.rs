//! Visits to come that the clinic's hours and closures strand.

use jiff::Timestamp;
use shared::{reference::Reference, store::Error};

use super::Office;
use crate::{
    booking::{Booking, practitioner_name, service_name},
    time::{horizon, is_open_for},
};

/// A visit to come for which the practitioner is not there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stranded {
    pub start: Timestamp,
    /// The service's name, as patients read it.
    pub service: String,
    /// The practitioner's name, as patients read it.
    pub practitioner: String,
    pub reference: Reference,
}

impl Office {
    /// The live visits to come that do not fit the clinic's hours: it is closed then, the practitioner does not work then, or
    /// has left.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn stranded(&self, now: Timestamp) -> Result<Vec<Stranded>, Error> {
        let fits = |booking: &Booking| {
            let claim = &booking.claim;
            is_open_for(&self.clinic, &claim.practitioner, claim.date, &claim.slot)
        };
        let to_come = self.bookings.all_after(now).await?.into_iter();
        let stranded = to_come.filter(|booking| !fits(booking));
        let mut stranded: Vec<Stranded> = stranded.map(|booking| self.named(booking)).collect();
        stranded.sort();
        Ok(stranded)
    }

    /// Whether a visit or time off is to come, or somebody waits for a time.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn has_plans(&self, now: Timestamp) -> Result<bool, Error> {
        let visits = self.bookings.all_after(now).await?;
        let mut off = self.bookings.all_time_off(now).await?.into_iter();
        let line = self.bookings.line(&self.clinic, now).await?;
        Ok(!visits.is_empty() || off.any(|one| one.off.to > now) || !line.is_empty())
    }

    /// Notes that there may soon be free time that there was not before, so that the sweep asks the waiting list once the
    /// functions have read the new hours.
    ///
    /// # Errors
    /// When the store does not take it.
    pub async fn note_new_hours(&self, now: Timestamp) -> Result<(), Error> {
        let (from, to) = (self.today(now), horizon(&self.clinic, now));
        self.bookings.note_hours(from, to, now).await
    }

    fn named(&self, booking: Booking) -> Stranded {
        Stranded {
            start: booking.claim.start(),
            service: service_name(&booking.service, &self.clinic).to_owned(),
            practitioner: practitioner_name(&booking.claim.practitioner, &self.clinic).to_owned(),
            reference: booking.reference,
        }
    }
}
