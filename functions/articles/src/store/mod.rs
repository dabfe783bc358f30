//! The articles in the Articles table: what the function reads, and what `frontdesk publish` writes.

mod pictures;
mod publish;

use aws_sdk_dynamodb::Client;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use shared::{
    environment::{Environment, MissingVariable},
    store::{Consistency, Error, Key, Table},
    values::Slug,
};

pub use pictures::Picture;
pub use publish::Published;

use crate::article::{Article, Summary};

const WHAT: &str = "article";
/// The key of the index. It is no slug.
const INDEX: &str = "#index";

/// A published article: its answer, ready to be sent.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct StoredArticle {
    slug: Slug,
    /// Before this moment the article is not found.
    pub(crate) published_at: Timestamp,
    /// When the answer last changed (`Last-Modified`).
    pub(crate) modified_at: Timestamp,
    /// The [`Article`] as JSON text.
    pub(crate) json: String,
}

/// The item that lists are answered from: every article's summary, the newest first (400 KB hold about five
/// hundred).
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Index {
    slug: String,
    articles: Vec<Summary>,
}

impl StoredArticle {
    /// The article, to be shown as a page.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(crate) fn read(&self) -> Result<Article, Error> {
        serde_json::from_str(&self.json).map_err(|error| Error::unwritable(WHAT, error))
    }
}

#[derive(Clone)]
pub struct Shelf {
    table: Table,
}

fn key(slug: &str) -> Key {
    Key::single(WHAT, "slug", slug)
}

impl Shelf {
    /// From `ARTICLES_TABLE`.
    ///
    /// # Errors
    /// When it is missing.
    pub fn open(client: &Client, environment: &Environment) -> Result<Self, MissingVariable> {
        let table = Table::new(client.clone(), environment.require("ARTICLES_TABLE")?);
        Ok(Self { table })
    }

    /// The article of this slug, if it is published at `now`.
    ///
    /// # Errors
    /// When the store does not answer, or the item cannot be read.
    pub(crate) async fn article(
        &self,
        slug: &Slug,
        now: Timestamp,
    ) -> Result<Option<StoredArticle>, Error> {
        let key = key(slug.as_str());
        let article: Option<StoredArticle> = self.table.find(&key, Consistency::Eventual).await?;
        Ok(article.filter(|article| article.published_at <= now))
    }

    /// The summaries of the articles that are published at `now`, the newest first.
    ///
    /// # Errors
    /// When the store does not answer, or the index cannot be read.
    pub(crate) async fn summaries(&self, now: Timestamp) -> Result<Vec<Summary>, Error> {
        let index: Option<Index> = self.table.find(&key(INDEX), Consistency::Eventual).await?;
        let mut articles = index.map(|index| index.articles).unwrap_or_default();
        articles.retain(|article| article.published_at <= now);
        Ok(articles)
    }
}
