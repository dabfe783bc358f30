//! Items that nothing refers to any more. They stay for a day, since a function may still hold the catalogue before, and a
//! cache a page.

use std::collections::{BTreeSet, HashMap};

use aws_sdk_dynamodb::{
    operation::{delete_item::DeleteItemError, update_item::UpdateItemError},
    types::AttributeValue,
};
use jiff::{SignedDuration, Timestamp};
use shared::store::{Error, text};

use super::{DRAFTS, Shelf, WHAT};

const OUTLASTS: SignedDuration = SignedDuration::from_hours(24);
/// What the keys of immutable items begin with.
const UNCHANGING: [&str; 3] = ["#picture/", "#article/", "#catalogue/"];

/// The items that are there, by their keys.
pub(super) type Known = HashMap<String, KnownItem>;

/// What is known of an item before it is read.
#[derive(Debug)]
pub(super) struct KnownItem {
    /// Of a draft, the digest of its content.
    pub(super) digest: Option<String>,
    /// Since when nothing names it.
    pub(super) unused_since: Option<Timestamp>,
}

impl Shelf {
    /// An operator's command may scan; no request does.
    pub(super) async fn known(&self) -> Result<Known, Error> {
        let attributes = "slug, digest, unused_since";
        let items = self.table.scan_only(WHAT, attributes).await?;
        let known = items.iter().filter_map(|item| {
            let since = text(item, "unused_since").and_then(|since| since.parse().ok());
            let known = KnownItem {
                digest: text(item, "digest").map(ToOwned::to_owned),
                unused_since: since,
            };
            Some((text(item, "slug")?.to_owned(), known))
        });
        Ok(known.collect())
    }

    /// Takes away what is not named any more. What caches and functions may still ask for stays for a day.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(super) async fn retire(
        &self,
        known: &Known,
        named: &BTreeSet<String>,
        now: Timestamp,
    ) -> Result<(), Error> {
        let unnamed = known.iter().filter(|(key, _)| !named.contains(*key));
        for (key, item) in unnamed {
            let outlasts = UNCHANGING.iter().any(|prefix| key.starts_with(prefix));
            // Others may be of a newer version.
            if !outlasts && key.starts_with('#') && !key.starts_with(DRAFTS) {
                continue;
            }
            match item.unused_since {
                None if outlasts => self.note_unused(key, now).await?,
                Some(since) if outlasts && now.duration_since(since) <= OUTLASTS => {}
                since => self.remove(key, since).await?,
            }
        }
        Ok(())
    }

    async fn note_unused(&self, key: &str, now: Timestamp) -> Result<(), Error> {
        let update = self.table.client().update_item();
        let update = update
            .table_name(self.table.name())
            .key("slug", AttributeValue::S(key.to_owned()))
            .update_expression("SET unused_since = :now")
            .condition_expression("attribute_exists(slug)")
            .expression_attribute_values(":now", AttributeValue::S(now.to_string()))
            .send();
        match update.await {
            Err(error)
                if !is_refused(
                    error.as_service_error(),
                    UpdateItemError::is_conditional_check_failed_exception,
                ) =>
            {
                Err(self.table.failed("UpdateItem", WHAT, error))
            }
            _ => Ok(()),
        }
    }

    /// Removes an item, unless another publisher has written it since it was looked at.
    async fn remove(&self, key: &str, since: Option<Timestamp>) -> Result<(), Error> {
        let delete = self.table.client().delete_item();
        let delete = delete
            .table_name(self.table.name())
            .key("slug", AttributeValue::S(key.to_owned()));
        let delete = match since {
            Some(since) => delete
                .condition_expression("unused_since = :since")
                .expression_attribute_values(":since", AttributeValue::S(since.to_string())),
            None => delete.condition_expression("attribute_not_exists(unused_since)"),
        };
        match delete.send().await {
            Err(error)
                if !is_refused(
                    error.as_service_error(),
                    DeleteItemError::is_conditional_check_failed_exception,
                ) =>
            {
                Err(self.table.failed("DeleteItem", WHAT, error))
            }
            _ => Ok(()),
        }
    }
}

fn is_refused<E>(error: Option<&E>, by_condition: impl Fn(&E) -> bool) -> bool {
    error.is_some_and(by_condition)
}
