//! The quarantine as the digest reads it, and how far staff were told of it.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem, Update};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
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

/// An index follows its table some time later, and a write may be tried for seconds: what was told of
/// is looked through again so far back.
const OVERLAP: SignedDuration = SignedDuration::from_mins(10);

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

/// How far staff were told.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Told {
    /// Up to when; the empty text before the first digest.
    until: String,
    /// What was told of in the last minutes before it: when it came, and its reference.
    recent: BTreeSet<String>,
}

impl Told {
    pub(crate) fn reaches(&self, moment: Timestamp) -> bool {
        self.until >= sortable(moment)
    }

    fn has(&self, message: &Waiting) -> bool {
        self.recent.contains(&mark(message))
    }

    /// Where to look again from.
    fn from(&self) -> String {
        match self.until.parse::<Timestamp>() {
            Ok(until) => sortable(until.saturating_sub(OVERLAP).unwrap_or(until)),
            // Sorts before every moment; a key must not be empty.
            Err(_) => "0".to_owned(),
        }
    }

    /// After these were told of, which reach up to `until`.
    pub(crate) fn and(&self, messages: &[Waiting], until: Timestamp) -> Self {
        let mut next = Self {
            until: sortable(until),
            recent: self.recent.clone(),
        };
        next.recent.extend(messages.iter().map(mark));
        let from = next.from();
        next.recent.retain(|mark| *mark > from);
        next
    }
}

fn mark(message: &Waiting) -> String {
    format!("{} {}", sortable(message.received_at.0), message.reference)
}

impl Messages {
    /// How far staff were told.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(crate) async fn told(&self) -> Result<Told, StoreError> {
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
        match found.item {
            Some(item) => read(item, "digest"),
            None => Ok(Told::default()),
        }
    }

    /// Goes on from `before` to `after`, on the condition that nobody else has.
    ///
    /// # Errors
    /// When the write cannot be put together.
    pub(crate) fn tell(
        &self,
        before: &Told,
        after: &Told,
    ) -> Result<TransactWriteItem, StoreError> {
        let recent = serde_dynamo::to_attribute_value(&after.recent)
            .map_err(|error| StoreError::new("digest", &error))?;
        let telling = Update::builder()
            .table_name(&self.table)
            .key("pk", AttributeValue::S(KEY.0.to_owned()))
            .key("sk", AttributeValue::S(KEY.1.to_owned()))
            .update_expression("SET #until = :after, recent = :recent")
            .condition_expression("attribute_not_exists(#until) OR #until = :before")
            .expression_attribute_names("#until", "until")
            .expression_attribute_values(":before", AttributeValue::S(before.until.clone()))
            .expression_attribute_values(":after", AttributeValue::S(after.until.clone()))
            .expression_attribute_values(":recent", recent)
            .build()
            .map_err(|error| StoreError::new("digest", &error))?;
        Ok(update(telling))
    }

    /// At most `most` messages that wait and were not told of, the oldest first, and how many were told
    /// of and still wait.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(crate) async fn waiting(
        &self,
        told: &Told,
        until: Timestamp,
        now: Timestamp,
        most: usize,
    ) -> Result<(Vec<Waiting>, u32), StoreError> {
        let state = serde_dynamo::to_attribute_value(State::Quarantined)
            .map_err(|error| StoreError::new("Query", &error))?;
        let alive = serde_dynamo::to_attribute_value(ExpiresAt::after(now, SignedDuration::ZERO))
            .map_err(|error| StoreError::new("Query", &error))?;
        let mut pages = self
            .client
            .query()
            .table_name(&self.table)
            .index_name("inbox")
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
        let from = told.from();
        let (mut waiting, mut older) = (Vec::new(), 0);
        while waiting.len() < most
            && let Some(item) = pages.next().await
        {
            let message = message(item.map_err(|error| StoreError::new("Query", &error))?)?;
            if told.has(&message) || sortable(message.received_at.0) < from {
                older += 1;
            } else {
                waiting.push(message);
            }
        }
        Ok((waiting, older))
    }
}

/// One that cannot be read is told of by its key alone: it must not be lost, and not hold up the others.
fn message(item: Item) -> Result<Waiting, StoreError> {
    let key = item.clone();
    read(item, "message").or_else(|error| {
        let text = |name: &str| key.get(name).and_then(|value| value.as_s().ok());
        let reference = text("pk").and_then(|pk| reference_of(pk));
        let received_at = text("received_at").and_then(|moment| moment.parse().ok());
        tracing::error!(message.reference = ?reference, error = %Causes(&error), "a message in quarantine cannot be read");
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

#[cfg(test)]
mod tests {
    use super::*;

    fn message(minute: i64) -> Waiting {
        let noon: Timestamp = "2026-12-01T12:00:00Z".parse().unwrap();
        Waiting {
            reference: Reference::contact(),
            received_at: Moment(noon + SignedDuration::from_mins(minute)),
            topic: None,
            reasons: Vec::new(),
        }
    }

    #[test]
    fn what_was_told_of_lately_is_known_again_and_what_is_long_past_is_not_kept() {
        let (long_ago, lately) = (message(0), message(55));
        let until = message(60).received_at.0;

        let told = Told::default().and(&[long_ago.clone(), lately.clone()], until);

        assert!(told.reaches(until) && !Told::default().reaches(until));
        assert!(
            told.has(&lately) && !told.has(&message(55)),
            "another one, found late"
        );
        assert!(!told.has(&long_ago) && sortable(long_ago.received_at.0) < told.from());
        let next = told.and(&[], until + SignedDuration::from_hours(24));
        assert!(!next.has(&lately));
    }
}
