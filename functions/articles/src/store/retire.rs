//! Items that nothing names any more. They stay for a day: a function may hold the catalogue before, and caches a page.

use std::collections::{BTreeSet, HashMap};

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::{SignedDuration, Timestamp};
use shared::store::{Error, text};

use super::{Shelf, WHAT};

const OUTLASTS: SignedDuration = SignedDuration::from_hours(24);
/// What the keys of items begin with that are never changed.
const UNCHANGING: [&str; 3] = ["#picture/", "#article/", "#catalogue/"];

/// The keys of the items that are there, and since when nothing names each of them.
pub(super) type Known = HashMap<String, Option<Timestamp>>;

impl Shelf {
    /// An operator's command may scan; no request does.
    pub(super) async fn known(&self) -> Result<Known, Error> {
        let items = self.table.scan_only(WHAT, "slug, unused_since").await?;
        let known = items.iter().filter_map(|item| {
            let since = text(item, "unused_since").and_then(|since| since.parse().ok());
            Some((text(item, "slug")?.to_owned(), since))
        });
        Ok(known.collect())
    }

    /// Notes what is not named any more, and deletes what has not been for a day.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(super) async fn retire(
        &self,
        known: &Known,
        named: &BTreeSet<String>,
        now: Timestamp,
    ) -> Result<(), Error> {
        let is_unnamed = |key: &str| {
            UNCHANGING.iter().any(|prefix| key.starts_with(prefix)) && !named.contains(key)
        };
        for (key, since) in known.iter().filter(|(key, _)| is_unnamed(key)) {
            match since {
                Some(since) if now.duration_since(*since) > OUTLASTS => self.remove(key).await?,
                Some(_) => {}
                None => self.note_unused(key, now).await?,
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
            .expression_attribute_values(":now", AttributeValue::S(now.to_string()))
            .send();
        let noted = update.await;
        noted.map_err(|error| self.table.failed("UpdateItem", WHAT, error))?;
        Ok(())
    }

    pub(super) async fn remove(&self, key: &str) -> Result<(), Error> {
        let delete = self.table.client().delete_item();
        let delete = delete
            .table_name(self.table.name())
            .key("slug", AttributeValue::S(key.to_owned()));
        let deleted = delete.send().await;
        deleted.map_err(|error| self.table.failed("DeleteItem", WHAT, error))?;
        Ok(())
    }
}
