//! Pictures in the Articles table, an item each.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use shared::store::{Consistency, Error, text};

use super::{Shelf, key};

const WHAT: &str = "picture";
/// What their keys begin with. It is no slug.
const PREFIX: &str = "#picture/";
/// How long a picture is kept that no article shows any more: caches may keep the article for as long.
const OUTLASTS: SignedDuration = SignedDuration::from_hours(24);

/// A picture as it is published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// The name of its file, which changes with its content.
    pub name: String,
    pub media_type: String,
    pub content: String,
}

impl Picture {
    /// The path at which it is served.
    #[must_use]
    pub fn address(&self) -> String {
        format!("/images/{}", self.name)
    }
}

#[derive(Serialize, Deserialize)]
struct PictureItem {
    slug: String,
    media_type: String,
    content: String,
    /// Since when no article shows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    unused_since: Option<Timestamp>,
}

fn slug(name: &str) -> String {
    format!("{PREFIX}{name}")
}

impl Shelf {
    /// The picture of that name.
    ///
    /// # Errors
    /// When the store does not answer, or the item cannot be read.
    pub(crate) async fn picture(&self, name: &str) -> Result<Option<Picture>, Error> {
        // DynamoDB's keys have 2,048 bytes at most, and names are short.
        if name.len() > 200 {
            return Ok(None);
        }
        let key = key(&slug(name));
        let item: Option<PictureItem> = self.table.find(&key, Consistency::Eventual).await?;
        Ok(item.map(|item| Picture {
            name: name.to_owned(),
            media_type: item.media_type,
            content: item.content,
        }))
    }

    /// Writes the pictures that are not there yet, before the articles that show them.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(super) async fn publish_pictures(&self, pictures: &[Picture]) -> Result<(), Error> {
        let known = self.known_pictures().await?;
        for picture in pictures {
            let in_use = |(name, since): &(String, Option<Timestamp>)| {
                *name == picture.name && since.is_none()
            };
            if !known.iter().any(in_use) {
                let item = PictureItem {
                    slug: slug(&picture.name),
                    media_type: picture.media_type.clone(),
                    content: picture.content.clone(),
                    unused_since: None,
                };
                let put = self.put_item(item)?.send().await;
                put.map_err(|error| self.table.failed("PutItem", WHAT, error))?;
            }
        }
        Ok(())
    }

    /// Notes which pictures are not shown any more, and deletes those that were not for a day.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(super) async fn retire_pictures(
        &self,
        pictures: &[Picture],
        now: Timestamp,
    ) -> Result<(), Error> {
        for (name, since) in self.known_pictures().await? {
            if pictures.iter().any(|picture| picture.name == name) {
                continue;
            }
            match since {
                Some(since) if now.duration_since(since) > OUTLASTS => {
                    self.remove(&slug(&name)).await?;
                }
                Some(_) => {}
                None => self.note_unused(&name, now).await?,
            }
        }
        Ok(())
    }

    async fn note_unused(&self, name: &str, now: Timestamp) -> Result<(), Error> {
        let update = self.table.client().update_item();
        let update = update
            .table_name(self.table.name())
            .key("slug", AttributeValue::S(slug(name)))
            .update_expression("SET unused_since = :now")
            .expression_attribute_values(":now", AttributeValue::S(now.to_string()))
            .send();
        let noted = update.await;
        noted.map_err(|error| self.table.failed("UpdateItem", WHAT, error))?;
        Ok(())
    }

    /// The names of the pictures that are there, and since when each is not shown. An operator's command may scan.
    async fn known_pictures(&self) -> Result<Vec<(String, Option<Timestamp>)>, Error> {
        let items = self.table.scan(WHAT).await?;
        let known = items.iter().filter_map(|item| {
            let name = text(item, "slug")?.strip_prefix(PREFIX)?.to_owned();
            let since = text(item, "unused_since").and_then(|since| since.parse().ok());
            Some((name, since))
        });
        Ok(known.collect())
    }
}
