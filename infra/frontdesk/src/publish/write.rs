//! Writing what is published.

use anyhow::{Context as _, Result};
use articles::Shelf;
use aws_sdk_dynamodb::Client;
use jiff::Timestamp;
use shared::{clinic::PublishedClinic, environment::Environment};

use super::Content;

#[derive(Debug, Default, PartialEq, Eq)]
pub struct Publication {
    pub articles: articles::Published,
    /// Whether the clinic itself was written.
    pub clinic: bool,
}

impl Publication {
    #[must_use]
    pub fn is_change(&self) -> bool {
        let articles = &self.articles;
        self.clinic || !articles.written.is_empty() || !articles.removed.is_empty()
    }
}

/// Writes the content into `CLINIC_TABLE` and `ARTICLES_TABLE`: only what changed.
///
/// # Errors
/// When a table's name is missing, or the store does not answer.
pub async fn publish(
    content: &Content,
    client: &Client,
    environment: &Environment,
    now: Timestamp,
) -> Result<Publication> {
    let table = environment.require("CLINIC_TABLE")?;
    let shelf = Shelf::open(client, environment)?;
    let toml = &content.clinic_toml;
    let clinic = PublishedClinic::publish(client, table, toml, now).await;
    let clinic = clinic.with_context(|| format!("the table {table} cannot be written"))?;
    let articles = shelf.publish(&content.articles, now).await;
    let articles = articles.context("the articles cannot be written")?;
    Ok(Publication { articles, clinic })
}
