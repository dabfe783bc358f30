//! Pointers from a person to their bookings, by which somebody is mailed their links again. The partition is a keyed hash
//! of the email address; the pointer expires after the appointment, since links are mailed again only before it.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use serde::Serialize;
use shared::{
    reference::Reference,
    store::{Change, Error, ExpiresAt, Key, Table, is_past, text},
};

use super::Bookings;
use crate::booking::Booking;

const WHAT: &str = "pointer to a booking";
const PARTITION: &str = "person#";
const PLACE: &str = "booking#";
/// For how many days a pointer is kept after the appointment.
const KEEP_DAYS: u32 = 1;
/// With the default limits (six bookings a week, twelve offers a day, 90 days ahead) a person has fewer than this. It bounds
/// what one request reads.
const MOST: usize = 1_500;

#[derive(Serialize)]
struct Pointer {
    expires_at: ExpiresAt,
}

/// The key of the pointer to a booking, if its patient has an address.
fn key(booking: &Booking) -> Option<Key> {
    let person = booking.person.as_ref()?;
    let partition = format!("{PARTITION}{person}");
    Some(Key::pair(
        WHAT,
        partition,
        format!("{PLACE}{}", booking.reference),
    ))
}

/// The part of a write that puts the pointer to a booking.
///
/// # Errors
/// When it cannot be written as attributes.
pub(super) fn put(table: &Table, booking: &Booking) -> Result<Option<Change>, Error> {
    let expires_at = ExpiresAt::days_after(booking.claim.end(), KEEP_DAYS);
    let pointer = |key| table.put(&key, Pointer { expires_at });
    key(booking).map(pointer).transpose()
}

/// The part of a write that deletes the pointer to a booking.
pub(super) fn delete(table: &Table, booking: &Booking) -> Option<Change> {
    key(booking).map(|key| table.delete(&key))
}

impl Bookings {
    /// The references of a person's bookings. `person` is a keyed hash of their address.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(super) async fn pointed_to(
        &self,
        person: &str,
        now: Timestamp,
    ) -> Result<Vec<Reference>, Error> {
        let text_of = |text: String| AttributeValue::S(text);
        let mut items = self
            .table
            .query()
            .key_condition_expression("pk = :person AND begins_with(sk, :place)")
            .expression_attribute_values(":person", text_of(format!("{PARTITION}{person}")))
            .expression_attribute_values(":place", text_of(PLACE.to_owned()))
            .consistent_read(true)
            .into_paginator()
            .items()
            .send();
        let mut references = Vec::new();
        while let Some(item) = items.next().await {
            let item = item.map_err(|error| self.table.failed("Query", WHAT, error))?;
            let reference = text(&item, "sk").and_then(|place| place.strip_prefix(PLACE));
            let reference = reference.filter(|_| !is_past(&item, now));
            references.extend(reference.and_then(Reference::parse_booking));
            if references.len() >= MOST {
                break;
            }
        }
        Ok(references)
    }
}
