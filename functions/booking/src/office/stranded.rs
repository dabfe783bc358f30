//! Visits to come that another version of the clinic's hours would strand.

use std::collections::BTreeSet;

use jiff::{Timestamp, ToSpan};
use shared::{clinic::Clinic, reference::Reference, store::Error, values::PractitionerId};

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
    /// The live visits to come that fit the hours of the office's clinic and not those of `next`: the clinic is closed then,
    /// the practitioner does not work then, or has left.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn stranded(&self, next: &Clinic, now: Timestamp) -> Result<Vec<Stranded>, Error> {
        let fits = |booking: &Booking, clinic: &Clinic| {
            let claim = &booking.claim;
            is_open_for(clinic, &claim.practitioner, claim.date, &claim.slot)
        };
        let mut stranded = Vec::new();
        for booking in self.to_come(next, now).await? {
            if fits(&booking, &self.clinic) && !fits(&booking, next) {
                stranded.push(self.named(booking));
            }
        }
        stranded.sort();
        Ok(stranded)
    }

    /// Whether any visit is to come.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn has_visits_to_come(&self, now: Timestamp) -> Result<bool, Error> {
        Ok(!self.to_come(&self.clinic, now).await?.is_empty())
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

    /// The live bookings to come of everybody whom either clinic knows.
    async fn to_come(&self, next: &Clinic, now: Timestamp) -> Result<Vec<Booking>, Error> {
        let people = next.practitioners().iter();
        let people = people.map(|one| one.id.clone());
        let people: BTreeSet<PractitionerId> = people.chain(self.practitioners(None)).collect();
        let last = horizon(&self.clinic, now).saturating_add(400.days());
        let until = crate::time::bounds(last, &self.clinic).1;
        let mut to_come = Vec::new();
        for practitioner in people {
            let found = self.bookings.agenda(&practitioner, now, until, now).await?;
            to_come.extend(found.into_iter().filter(|one| one.status.is_live()));
        }
        Ok(to_come)
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
