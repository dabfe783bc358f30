//! The messages in one state, in the order in which they came, as the digest reads them.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use shared::{
    guard::Reason,
    outbox::Lines,
    reference::Reference,
    store::{self, ExpiresAt, Item, Moment, text},
    telemetry::Causes,
    values::{PersonName, TopicId},
};

use super::{
    Messages,
    item::{WHAT, reference_of},
};
use crate::message::MessageState;

/// A message, with what the digest says of it.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Listed {
    pub(crate) reference: Reference,
    pub(crate) received_at: Moment,
    #[serde(default)]
    pub(crate) name: Option<PersonName>,
    #[serde(default)]
    pub(crate) topic: Option<TopicId>,
    #[serde(default)]
    pub(crate) reasons: Vec<Reason>,
    /// Whether nothing but its key can be read. It is listed all the same.
    #[serde(skip)]
    pub(crate) is_unreadable: bool,
}

impl Messages {
    /// The messages in a state that were received until then, the oldest first. It stops at the first message for
    /// which `is_listed` is false.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(crate) async fn inbox(
        &self,
        state: MessageState,
        until: Timestamp,
        now: Timestamp,
        is_listed: impl Fn(Timestamp) -> bool,
    ) -> Result<Lines<Listed>, store::Error> {
        let unwritable = |error: serde_dynamo::Error| store::Error::unwritable(WHAT, error);
        let state = serde_dynamo::to_attribute_value(state);
        let alive = ExpiresAt::after(now, SignedDuration::ZERO);
        let alive = serde_dynamo::to_attribute_value(alive).map_err(unwritable)?;
        let until = AttributeValue::S(Moment(until).to_string());
        let mut items = self
            .table
            .query()
            .index_name("inbox")
            .key_condition_expression("inbox = :inbox AND received_at <= :until")
            .filter_expression("expires_at > :now")
            .projection_expression("pk, #reference, received_at, #name, topic, reasons")
            .expression_attribute_names("#reference", "reference")
            .expression_attribute_names("#name", "name")
            .expression_attribute_values(":inbox", state.map_err(unwritable)?)
            .expression_attribute_values(":until", until)
            .expression_attribute_values(":now", alive)
            .into_paginator()
            .items()
            .send();
        let mut messages = Lines::default();
        while let Some(item) = items.next().await {
            let item = item.map_err(|error| self.table.failed("Query", WHAT, error))?;
            let message = self.listed(item)?;
            if !is_listed(message.received_at.0) {
                break;
            }
            messages.add(message);
        }
        Ok(messages)
    }

    /// Of a message that cannot be read, the key is enough for the digest: it must not be lost, and must
    /// not hold up the others.
    fn listed(&self, item: Item) -> Result<Listed, store::Error> {
        let key = item.clone();
        self.table.read(WHAT, item).or_else(|error| {
            let reference = text(&key, "pk").and_then(reference_of);
            let received_at = text(&key, "received_at").and_then(|moment| moment.parse().ok());
            tracing::error!(
                message.reference = ?reference,
                error = %Causes(&error),
                "a message cannot be read for the digest"
            );
            match (reference, received_at) {
                (Some(reference), Some(received_at)) => Ok(Listed {
                    reference,
                    received_at: Moment(received_at),
                    name: None,
                    topic: None,
                    reasons: Vec::new(),
                    is_unreadable: true,
                }),
                _ => Err(error),
            }
        })
    }
}
