//! Pictures in the Articles table, an item each.

use serde::{Deserialize, Serialize};
use shared::store::{Consistency, Error, Item};

use super::{Shelf, key, publish::item};

/// What their keys begin with. It is no slug.
const PREFIX: &str = "#picture/";

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

    pub(super) fn key(&self) -> String {
        picture_key(&self.name)
    }

    pub(super) fn item(&self) -> Result<Item, Error> {
        item(PictureItem {
            slug: self.key(),
            media_type: self.media_type.clone(),
            content: self.content.clone(),
        })
    }
}

#[derive(Serialize, Deserialize)]
struct PictureItem {
    slug: String,
    media_type: String,
    content: String,
}

fn picture_key(name: &str) -> String {
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
        let key = key(&picture_key(name));
        let item: Option<PictureItem> = self.table.find(&key, Consistency::Eventual).await?;
        Ok(item.map(|item| Picture {
            name: name.to_owned(),
            media_type: item.media_type,
            content: item.content,
        }))
    }
}
