//! A person's bookings: finding, exporting and erasing them.

use aws_sdk_dynamodb::Client;
use jiff::Timestamp;
use serde_json::Value;
use shared::{
    clinic::Clinic,
    environment::{Environment, MissingVariable},
    guard::posts_of,
    records::{Belonging, Record, without},
    store::{Error, Item, is_past, map, text},
    values::EmailAddress,
};

use crate::store::Bookings;

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

    /// The bookings of the patient with this address, with the idempotency records of their posts. The
    /// case of the address makes no difference.
    ///
    /// # Errors
    /// When the store does not answer, or a booking of that patient cannot be read.
    pub async fn find(
        &self,
        email: &EmailAddress,
        clinic: &Clinic,
        now: Timestamp,
    ) -> Result<Vec<Record>, Error> {
        let (bookings, others) = self.0.scan().await?;
        let is_theirs = |item: &Item| {
            let address = map(item, "patient").and_then(|patient| text(patient, "email"));
            address.is_some_and(|address| address.eq_ignore_ascii_case(email.as_str()))
        };
        let theirs = bookings.into_iter().filter(is_theirs);
        let mut records = theirs
            .map(|item| self.record(item, clinic, now))
            .collect::<Result<Vec<_>, _>>()?;
        records.extend(posts_of(&records, &self.0.table, &others));
        Ok(records)
    }

    fn record(&self, item: Item, clinic: &Clinic, now: Timestamp) -> Result<Record, Error> {
        let whole = || serde_dynamo::from_item(item.clone()).ok();
        let live = !is_past(&item, now);
        let internal = ["pk", "sk", "first_cell", "end_cell"];
        let export = live
            .then(whole)
            .flatten()
            .map(|whole: Value| without(whole, &internal));
        let booking = self.0.read(item)?;
        let start = clinic.spoken_time(booking.slot.start);
        let becomes_free = if booking.slot.end > now {
            " (the time becomes free)"
        } else {
            ""
        };
        Ok(Record {
            kind: Belonging::Booking,
            description: format!("an appointment on {start}{becomes_free}"),
            export,
            erasure: self.0.erase(&booking, now),
            reference: booking.reference,
        })
    }
}
