//! The bookings of a practitioner in the order of their starts, from the index `agenda`.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use shared::{
    store::{Error, Moment, text},
    values::PractitionerId,
};

use super::{
    Bookings,
    item::{BookingItem, WHAT},
};
use crate::booking::Booking;

impl Bookings {
    /// The practitioner's bookings that begin from `from` until just before `to`, also those that are over or were
    /// called off. The index may lag behind by a moment.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(crate) async fn agenda(
        &self,
        practitioner: &PractitionerId,
        from: Timestamp,
        to: Timestamp,
        now: Timestamp,
    ) -> Result<Vec<Booking>, Error> {
        let text_of = |text: String| AttributeValue::S(text);
        let until = to.saturating_sub(jiff::SignedDuration::from_millis(1));
        let mut items = self
            .table
            .query()
            .index_name("agenda")
            .key_condition_expression(
                "practitioner = :practitioner AND #start BETWEEN :from AND :to",
            )
            .expression_attribute_names("#start", "start")
            .expression_attribute_values(":practitioner", text_of(practitioner.to_string()))
            .expression_attribute_values(":from", text_of(Moment(from).to_string()))
            .expression_attribute_values(":to", text_of(Moment(until.unwrap_or(to)).to_string()))
            .into_paginator()
            .items()
            .send();
        let mut agenda = Vec::new();
        while let Some(item) = items.next().await {
            let item = item.map_err(|error| self.table.failed("Query", WHAT, error))?;
            let reference = text(&item, "reference").unwrap_or_default().to_owned();
            match self.table.read::<BookingItem>(WHAT, item) {
                Ok(item) if item.expires_at.is_past(now) => {}
                Ok(item) => agenda.push(item.into()),
                // Another version wrote it. The rest of the day is shown all the same.
                Err(_) => {
                    tracing::error!(booking.reference = reference, "a booking cannot be read");
                }
            }
        }
        Ok(agenda)
    }

    /// All live bookings that begin later than `now`, also those with practitioners who have left, for an operator's command:
    /// it reads the whole table.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(crate) async fn all_after(&self, moment: Timestamp) -> Result<Vec<Booking>, Error> {
        let items = self.scan().await?.bookings.into_iter();
        // Another version wrote what cannot be read.
        let bookings = items.filter_map(|item| self.read(item).ok());
        let is_to_come =
            |booking: &Booking| booking.status.is_live() && booking.claim.start() > moment;
        Ok(bookings.filter(is_to_come).collect())
    }
}
