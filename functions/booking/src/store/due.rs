//! What falls due, from the sparse index `due`: bookings are in it only while they wait.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use shared::{
    reference::Reference,
    store::{Error, Moment, text},
};

use super::{
    Bookings,
    item::{QUEUE, WHAT, reference},
};

impl Bookings {
    /// The requests whose time to answer is over, the first one first. The index may lag behind by a moment.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(crate) async fn due(&self, now: Timestamp) -> Result<Vec<Reference>, Error> {
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
            due.extend(text(&item, "pk").and_then(reference));
        }
        Ok(due)
    }
}
