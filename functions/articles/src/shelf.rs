//! Articles in the Articles table, as `frontdesk publish` writes them.

use aws_sdk_dynamodb::{Client, types::AttributeValue};
use jiff::Timestamp;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use shared::transaction::StoreError;

use crate::article::Summary;

/// The key of the index. No slug has a number sign.
pub const INDEX_SLUG: &str = "#index";

/// A published article: its answer, ready to be sent.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StoredArticle {
    /// The key.
    pub slug: String,
    /// Not there before.
    pub published_at: Timestamp,
    /// `Last-Modified`: when this answer last changed.
    pub modified_at: Timestamp,
    /// The [`Article`](crate::Article) as JSON.
    pub json: String,
}

/// What lists are answered from: every article's summary, the newest first, in one item (400 KB hold
/// about five hundred).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Index {
    /// [`INDEX_SLUG`].
    pub slug: String,
    /// The newest first.
    pub articles: Vec<Summary>,
}

/// The published articles.
#[derive(Clone)]
pub(crate) struct Shelf {
    client: Client,
    table: String,
}

impl Shelf {
    pub(crate) fn new(client: Client, table: &str) -> Self {
        Self {
            client,
            table: table.to_owned(),
        }
    }

    /// The article of this slug, if it is published at `now`.
    ///
    /// # Errors
    /// When the store does not answer, or the item cannot be read.
    pub(crate) async fn article(
        &self,
        slug: &str,
        now: Timestamp,
    ) -> Result<Option<StoredArticle>, StoreError> {
        if slug == INDEX_SLUG {
            return Ok(None);
        }
        let article: Option<StoredArticle> = self.item(slug).await?;
        Ok(article.filter(|article| article.published_at <= now))
    }

    /// The summaries of what is published at `now`, the newest first.
    ///
    /// # Errors
    /// When the store does not answer, or the index cannot be read.
    pub(crate) async fn summaries(&self, now: Timestamp) -> Result<Vec<Summary>, StoreError> {
        let index: Option<Index> = self.item(INDEX_SLUG).await?;
        let mut articles = index.map(|index| index.articles).unwrap_or_default();
        articles.retain(|article| article.published_at <= now);
        Ok(articles)
    }

    async fn item<T: DeserializeOwned>(&self, slug: &str) -> Result<Option<T>, StoreError> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.table)
            .key("slug", AttributeValue::S(slug.to_owned()))
            .send()
            .await
            .map_err(|error| StoreError::new("GetItem", &error))?;
        answer
            .item
            .map(|item| {
                serde_dynamo::from_item(item).map_err(|_| StoreError::unreadable("article"))
            })
            .transpose()
    }
}
