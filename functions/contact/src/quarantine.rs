//! The quarantine as the digest reads it, and up to when a digest was written.

use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem, Update};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use shared::{
    reference::Reference,
    stored::{ExpiresAt, Moment, sortable},
    telemetry::Causes,
    transaction::{Item, StoreError, update},
};

use crate::{
    item::{State, reference_of},
    messages::{Messages, read},
    screen::Reason,
};

const KEY: (&str, &str) = ("digest", "state");

/// A message in quarantine, as far as the digest tells of it.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Waiting {
    pub(crate) reference: Reference,
    pub(crate) received_at: Moment,
    #[serde(default)]
    pub(crate) topic: Option<String>,
    /// Empty when the item cannot be read: staff are told of it all the same.
    pub(crate) reasons: Vec<Reason>,
}

impl Messages {
    /// The moment up to which the last digest was written; `None` before the first.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(crate) async fn digested(&self) -> Result<Option<Timestamp>, StoreError> {
        let found = self
            .client
            .get_item()
            .table_name(&self.table)
            .key("pk", AttributeValue::S(KEY.0.to_owned()))
            .key("sk", AttributeValue::S(KEY.1.to_owned()))
            .consistent_read(true)
            .send()
            .await
            .map_err(|error| StoreError::new("GetItem", &error))?;
        let until = found
            .item
            .and_then(|item| item.get("until")?.as_s().ok().cloned());
        Ok(until.and_then(|until| until.parse().ok()))
    }

    /// Writes down that a digest was written up to `until`, on the condition that none was: neither that
    /// far nor, by a clock that was wrong, into the future.
    ///
    /// # Errors
    /// When the write cannot be put together.
    pub(crate) fn digest(
        &self,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<TransactWriteItem, StoreError> {
        let writing = Update::builder()
            .table_name(&self.table)
            .key("pk", AttributeValue::S(KEY.0.to_owned()))
            .key("sk", AttributeValue::S(KEY.1.to_owned()))
            .update_expression("SET #until = :until")
            .condition_expression(
                "attribute_not_exists(#until) OR #until < :until OR #until > :now",
            )
            .expression_attribute_names("#until", "until")
            .expression_attribute_values(":until", AttributeValue::S(sortable(until)))
            .expression_attribute_values(":now", AttributeValue::S(sortable(now)))
            .build()
            .map_err(|error| StoreError::new("digest", &error))?;
        Ok(update(writing))
    }

    /// What waits in quarantine and came until then, the newest first, at most `most` of it; and how many
    /// there are.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(crate) async fn waiting(
        &self,
        until: Timestamp,
        now: Timestamp,
        most: usize,
    ) -> Result<(Vec<Waiting>, usize), StoreError> {
        let unwritable = |error: serde_dynamo::Error| StoreError::new("Query", &error);
        let state = serde_dynamo::to_attribute_value(State::Quarantined).map_err(unwritable)?;
        let alive = ExpiresAt::after(now, SignedDuration::ZERO);
        let alive = serde_dynamo::to_attribute_value(alive).map_err(unwritable)?;
        let mut pages = self
            .client
            .query()
            .table_name(&self.table)
            .index_name("inbox")
            .scan_index_forward(false)
            .key_condition_expression("inbox = :inbox AND received_at <= :until")
            .filter_expression("expires_at > :now")
            .projection_expression("pk, #reference, received_at, topic, reasons")
            .expression_attribute_names("#reference", "reference")
            .expression_attribute_values(":inbox", state)
            .expression_attribute_values(":until", AttributeValue::S(sortable(until)))
            .expression_attribute_values(":now", alive)
            .into_paginator()
            .items()
            .send();
        let (mut waiting, mut count) = (Vec::new(), 0);
        while let Some(item) = pages.next().await {
            let item = item.map_err(|error| StoreError::new("Query", &error))?;
            count += 1;
            if waiting.len() < most {
                waiting.push(message(item)?);
            }
        }
        Ok((waiting, count))
    }
}

/// One that cannot be read is told of by its key alone: it must not be lost, and not hold up the others.
fn message(item: Item) -> Result<Waiting, StoreError> {
    let key = item.clone();
    read(item, "message").or_else(|error| {
        let text = |name: &str| key.get(name).and_then(|value| value.as_s().ok());
        let reference = text("pk").and_then(|pk| reference_of(pk));
        let received_at = text("received_at").and_then(|moment| moment.parse().ok());
        tracing::error!(
            message.reference = ?reference,
            error = %Causes(&error),
            "a message in quarantine cannot be read"
        );
        match (reference, received_at) {
            (Some(reference), Some(received_at)) => Ok(Waiting {
                reference,
                received_at: Moment(received_at),
                topic: None,
                reasons: Vec::new(),
            }),
            _ => Err(error),
        }
    })
}
