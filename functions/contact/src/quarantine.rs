//! The quarantine as the digest reads it, and the moment up to which staff were told.

use aws_sdk_dynamodb::types::{AttributeValue, Select, TransactWriteItem, Update};
use jiff::{Timestamp, ToSpan};
use shared::{
    stored::sortable,
    telemetry::Causes,
    transaction::{StoreError, update},
};

use crate::{
    item::StoredMessage,
    messages::{Messages, read},
};

const STATE: (&str, &str) = ("digest", "state");

impl Messages {
    /// The moment up to which staff were told; the empty text before the first digest.
    pub(crate) async fn told_until(&self) -> Result<String, StoreError> {
        let found = self
            .client
            .get_item()
            .table_name(&self.table)
            .key("pk", AttributeValue::S(STATE.0.to_owned()))
            .key("sk", AttributeValue::S(STATE.1.to_owned()))
            .consistent_read(true)
            .send()
            .await
            .map_err(|error| StoreError::new("GetItem", &error))?;
        let until = found
            .item
            .and_then(|item| item.get("told_until")?.as_s().ok().cloned());
        Ok(until.unwrap_or_default())
    }

    /// Moves that moment, on the condition that nobody else has.
    pub(crate) fn told(
        &self,
        from: &str,
        until: Timestamp,
    ) -> Result<TransactWriteItem, StoreError> {
        let told = Update::builder()
            .table_name(&self.table)
            .key("pk", AttributeValue::S(STATE.0.to_owned()))
            .key("sk", AttributeValue::S(STATE.1.to_owned()))
            .update_expression("SET told_until = :until")
            .condition_expression("attribute_not_exists(told_until) OR told_until = :from")
            .expression_attribute_values(":from", AttributeValue::S(from.to_owned()))
            .expression_attribute_values(":until", AttributeValue::S(sortable(until)))
            .build()
            .map_err(|error| StoreError::new("digest", &error))?;
        Ok(update(told))
    }

    /// What came in after `from` until `until` and is still in quarantine, the oldest first.
    pub(crate) async fn quarantined(
        &self,
        from: &str,
        until: Timestamp,
    ) -> Result<Vec<StoredMessage>, StoreError> {
        // After `from`: a digest's moment is a whole second, and the next one begins a millisecond later.
        let after = match from.parse::<Timestamp>() {
            Ok(moment) => sortable(moment.saturating_add(1.millisecond()).unwrap_or(moment)),
            Err(_) => from.to_owned(),
        };
        let mut pages = self
            .client
            .query()
            .table_name(&self.table)
            .index_name("inbox")
            .key_condition_expression("inbox = :inbox AND received_at BETWEEN :after AND :until")
            .expression_attribute_values(":inbox", AttributeValue::S("quarantined".to_owned()))
            .expression_attribute_values(":after", AttributeValue::S(nonempty(after)))
            .expression_attribute_values(":until", AttributeValue::S(sortable(until)))
            .into_paginator()
            .items()
            .send();
        let mut found = Vec::new();
        while let Some(item) = pages.next().await {
            let item = item.map_err(|error| StoreError::new("Query", &error))?;
            let key = item.get("pk").cloned();
            match read::<StoredMessage>(item, "message") {
                Ok(message) if !message.is_past(until) => found.push(message),
                Ok(_) => {}
                // One that cannot be read must not hold up the others.
                Err(error) => tracing::error!(
                    message.key = ?key,
                    error = %Causes(&error),
                    "a message in quarantine is missing in the digest"
                ),
            }
        }
        Ok(found)
    }

    /// How many have been waiting since `from` or longer.
    pub(crate) async fn count_quarantined(&self, from: &str) -> Result<u32, StoreError> {
        let mut pages = self
            .client
            .query()
            .table_name(&self.table)
            .index_name("inbox")
            .select(Select::Count)
            .key_condition_expression("inbox = :inbox AND received_at <= :from")
            .expression_attribute_values(":inbox", AttributeValue::S("quarantined".to_owned()))
            .expression_attribute_values(":from", AttributeValue::S(nonempty(from.to_owned())))
            .into_paginator()
            .send();
        let mut count = 0;
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| StoreError::new("Query", &error))?;
            count += u32::try_from(page.count()).unwrap_or_default();
        }
        Ok(count)
    }
}

/// A key attribute must not be empty; a zero sorts before every moment.
fn nonempty(text: String) -> String {
    if text.is_empty() {
        "0".to_owned()
    } else {
        text
    }
}
