//! What the clinic's office does with the operators' program: practitioners' time off, the day's visits, why a start is
//! offered or not, and the links to practitioners' calendars.

mod agenda;
mod calendars;
mod in_the_way;
mod range;
mod stranded;
mod time_off;
mod why;

use std::sync::Arc;

use aws_sdk_dynamodb::Client;
use jiff::{Timestamp, civil::Date};
use shared::{
    audit::{Action, Actor, Entry},
    clinic::Clinic,
    environment::{Environment, MissingVariable},
    store::{Change, Error, Write},
    values::PractitionerId,
};

pub use agenda::AgendaLine;
pub use calendars::{CalendarError, CalendarLink, MadeLink};
pub use in_the_way::{Asked, InTheWay};
pub use range::spoken_range;
pub use stranded::Stranded;
pub use time_off::{
    AddedTimeOff, ListedTimeOff, NewTimeOff, RemovedTimeOff, TimeOffError, TimeOffState,
};
pub use why::{Question, Why, WhyError};

use crate::store::{Bookings, Days};

/// The bookings and the practitioners' days, for the operators' program.
pub struct Office {
    bookings: Bookings,
    days: Days,
    clinic: Arc<Clinic>,
    operator: Actor,
}

impl Office {
    /// From `BOOKING_TABLE` and `MAIL_TABLE`. `operator` is named in the audit trail.
    ///
    /// # Errors
    /// When one of them is missing.
    pub fn open(
        client: &Client,
        environment: &Environment,
        clinic: Arc<Clinic>,
        operator: Actor,
    ) -> Result<Self, MissingVariable> {
        Ok(Self {
            bookings: Bookings::open(client, environment)?,
            days: Days::open(client, environment)?,
            clinic,
            operator,
        })
    }

    /// The clinic whose office it is.
    #[must_use]
    pub fn clinic(&self) -> &Clinic {
        &self.clinic
    }

    /// That practitioner, also one who has left; without one, all whom the clinic has.
    fn practitioners(&self, only: Option<&PractitionerId>) -> Vec<PractitionerId> {
        let all = || self.clinic.practitioners().iter().map(|one| one.id.clone());
        only.map_or_else(|| all().collect(), |only| vec![only.clone()])
    }

    /// The part of a write that adds a line to the audit trail.
    fn entry(&self, action: Action, subject: Vec<String>, at: Timestamp) -> Result<Change, Error> {
        let entry = Entry {
            at,
            actor: self.operator.clone(),
            action,
            subject,
        };
        let keep_days = self.clinic.retention().audit_days;
        entry.append(&self.bookings.table, keep_days)
    }

    /// Writes a line to the audit trail.
    async fn note(&self, action: Action, subject: Vec<String>, at: Timestamp) -> Result<(), Error> {
        let mut write = Write::of("audit entry");
        write.add("entry", self.entry(action, subject, at)?);
        Ok(write.commit(self.bookings.table.client()).await?)
    }

    /// The date at the clinic.
    #[must_use]
    pub fn today(&self, now: Timestamp) -> Date {
        self.clinic.local_date(now)
    }
}
