//! Pictures in the Articles table, an item each.

use aws_sdk_dynamodb::{primitives::Blob, types::AttributeValue};
use shared::store::{Consistency, Error, Item, text};

use super::{Shelf, WHAT, key};

/// What their keys begin with. It is no slug.
const PREFIX: &str = "#picture/";

/// A picture as it is published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// The name of its file, which changes with its content.
    pub name: String,
    pub media_type: String,
    pub content: Vec<u8>,
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

    /// Its item. Drawings are text, which the version before can read.
    pub(super) fn item(&self) -> Item {
        let content = match String::from_utf8(self.content.clone()) {
            Ok(text) => AttributeValue::S(text),
            Err(other) => AttributeValue::B(Blob::new(other.into_bytes())),
        };
        Item::from([
            ("slug".to_owned(), AttributeValue::S(self.key())),
            (
                "media_type".to_owned(),
                AttributeValue::S(self.media_type.clone()),
            ),
            ("content".to_owned(), content),
        ])
    }

    fn of(name: &str, mut item: Item) -> Option<Self> {
        let media_type = text(&item, "media_type")?.to_owned();
        let content = match item.remove("content")? {
            AttributeValue::S(text) => text.into_bytes(),
            AttributeValue::B(bytes) => bytes.into_inner(),
            _ => return None,
        };
        Some(Self {
            name: name.to_owned(),
            media_type,
            content,
        })
    }
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
        let Some(item) = self.table.get(&key, Consistency::Eventual).await? else {
            return Ok(None);
        };
        let picture = Picture::of(name, item);
        picture.map(Some).ok_or_else(|| self.table.unreadable(WHAT))
    }
}
