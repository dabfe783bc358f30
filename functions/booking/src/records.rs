//! A person's bookings: finding, exporting and erasing them. The audit trail of some days.

use aws_sdk_dynamodb::Client;
use jiff::{Timestamp, Zoned};
use shared::{
    audit::{self, Line},
    clinic::Clinic,
    environment::{Environment, MissingVariable},
    guard::posts_of,
    records::{Belonging, Identity, Record, export},
    reference::Reference,
    store::{Error, Item, is_past, map, text},
};

use crate::store::{Bookings, Scanned};

const WHAT: &str = "booking";
/// What only the table needs.
const INTERNAL: [&str; 9] = [
    "pk",
    "sk",
    "first_cell",
    "end_cell",
    "queue",
    "record",
    "person",
    "reminders",
    "told",
];

/// What is stored about people in the Booking table, for the operators' program.
pub struct BookingRecords(Bookings);

impl BookingRecords {
    /// From `BOOKING_TABLE` and `MAIL_TABLE`.
    ///
    /// # Errors
    /// When one of them is missing.
    pub fn open(client: &Client, environment: &Environment) -> Result<Self, MissingVariable> {
        Bookings::open(client, environment).map(Self)
    }

    /// The name of the table.
    #[must_use]
    pub fn table(&self) -> &str {
        self.0.table.name()
    }

    /// The bookings of this person and their entries in the waiting list, with the idempotency records of their posts.
    ///
    /// # Errors
    /// When the store does not answer, or a booking of that patient cannot be read.
    pub async fn find(
        &self,
        person: &Identity,
        clinic: &Clinic,
        now: Timestamp,
    ) -> Result<Vec<Record>, Error> {
        let Scanned {
            bookings,
            entries,
            others,
        } = self.0.scan().await?;
        let is_theirs = |item: &Item| {
            let patient = map(item, "patient");
            patient
                .is_some_and(|patient| person.gave(text(patient, "email"), text(patient, "phone")))
        };
        let waiting = entries.iter().filter(|item| is_theirs(item));
        let waiting = waiting.map(|item| self.waiting(item, now));
        let theirs = bookings.iter().filter(|item| is_theirs(item));
        let mut records = theirs
            .map(|item| self.record(item, clinic, now))
            .chain(waiting)
            .collect::<Result<Vec<_>, _>>()?;
        records.extend(posts_of(&records, &self.0.table, &others));
        Ok(records)
    }

    /// The lines of the audit trail from `from` until just before `to`, the oldest first.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn audit(
        &self,
        from: &Zoned,
        to: &Zoned,
        now: Timestamp,
    ) -> Result<Vec<Line>, Error> {
        audit::between(&self.0.table, from, to, now).await
    }

    fn waiting(&self, item: &Item, now: Timestamp) -> Result<Record, Error> {
        let reference = text(item, "reference").and_then(Reference::parse_waitlist);
        let reference = reference.ok_or_else(|| self.0.table.unreadable(WHAT))?;
        let day = |name| text(item, name).unwrap_or("an unknown day").to_owned();
        let live = (!is_past(item, now)).then(|| export(WHAT, item, &INTERNAL));
        Ok(Record {
            reference,
            kind: Belonging::Waiting,
            description: format!(
                "an entry in the waiting list for {} to {}",
                day("from"),
                day("to")
            ),
            export: live.transpose()?,
            erasure: self.0.erase_entry(item.clone()).map(|erased| vec![erased]),
        })
    }

    /// Only erasing needs the whole booking: its time has to be given back.
    fn record(&self, item: &Item, clinic: &Clinic, now: Timestamp) -> Result<Record, Error> {
        let reference = text(item, "reference").and_then(Reference::parse_booking);
        let reference = reference.ok_or_else(|| self.0.table.unreadable(WHAT))?;
        let moment = |name| text(item, name).and_then(|moment| moment.parse::<Timestamp>().ok());
        let start = moment("start").map_or_else(
            || "an unknown day".to_owned(),
            |start| clinic.spoken_time(start),
        );
        let booking = self.0.read(item.clone()).ok();
        let holds_time = booking.as_ref().is_some_and(|one| one.holds_time(now));
        let becomes_free = if holds_time {
            " (the time becomes free)"
        } else {
            ""
        };
        let live = (!is_past(item, now)).then(|| export(WHAT, item, &INTERNAL));
        Ok(Record {
            reference,
            kind: Belonging::Booking,
            description: format!("an appointment on {start}{becomes_free}"),
            export: live.transpose()?,
            erasure: booking
                .map(|booking| self.0.erase(&booking, now))
                .transpose()?,
        })
    }
}
