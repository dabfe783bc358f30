//! What falls due, from the sparse index `due`: things are in it only while something is left to do about them.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use shared::{
    reference::Reference,
    store::{Error, Item, Moment, text},
};

use super::{
    Bookings, freed,
    item::{QUEUE, WHAT, reference},
    time_off,
};

/// Something that the sweep has to look at now.
#[derive(Clone, Debug)]
pub(crate) enum Due {
    /// The time to answer a request is over, or the time to take an offer.
    Booking(Reference),
    /// A time off that has not come as far as it has to.
    TimeOff(Reference),
    /// Time has become free by that revision of a booking, or by a time off that was taken back.
    Freed(Reference, u32),
}

impl Due {
    fn of(item: &Item) -> Option<Self> {
        let (partition, place) = (text(item, "pk")?, text(item, "sk")?);
        if partition == time_off::PARTITION {
            return Reference::parse_time_off(place).map(Self::TimeOff);
        }
        if let Some(by) = partition.strip_prefix(freed::PARTITION) {
            let by = Reference::parse_booking(by)
                .or_else(|| Reference::parse_time_off(by))
                .or_else(|| Reference::parse_waitlist(by))?;
            return Some(Self::Freed(by, place.parse().ok()?));
        }
        reference(partition).map(Self::Booking)
    }
}

impl Bookings {
    /// What is due, the first one first. The index may lag behind by a moment.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(crate) async fn due(&self, now: Timestamp) -> Result<Vec<Due>, Error> {
        let mut items = self
            .table
            .query()
            .index_name("due")
            .key_condition_expression("queue = :queue AND due_at <= :now")
            .expression_attribute_values(":queue", AttributeValue::S(QUEUE.to_owned()))
            .expression_attribute_values(":now", AttributeValue::S(Moment(now).to_string()))
            .into_paginator()
            .items()
            .send();
        let mut due = Vec::new();
        while let Some(item) = items.next().await {
            let item = item.map_err(|error| self.table.failed("Query", WHAT, error))?;
            due.extend(Due::of(&item));
        }
        Ok(due)
    }
}
