//! Writing what is published: only what changed, and what is no longer there is taken away.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result};
use articles::{INDEX_SLUG, Index, StoredArticle};
use aws_sdk_dynamodb::{Client, operation::put_item::PutItemError, types::AttributeValue};
use jiff::Timestamp;
use shared::{clinic::publication, environment::Environment, transaction::Item};

use super::Content;

/// What a publication did.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Published {
    /// Slugs that were written, because they are new or changed.
    pub written: Vec<String>,
    /// Slugs that were taken away.
    pub removed: Vec<String>,
    /// How many stayed as they are.
    pub unchanged: usize,
    /// Whether the clinic itself was written.
    pub clinic: bool,
}

impl Published {
    /// Whether anything was written.
    #[must_use]
    pub fn is_change(&self) -> bool {
        self.clinic || !self.written.is_empty() || !self.removed.is_empty()
    }
}

/// Writes the content into `CLINIC_TABLE` and `ARTICLES_TABLE`.
///
/// # Errors
/// When a table's name is missing, or the store does not answer. Nothing is half-written then: each
/// article is one item, and the index comes last.
pub async fn publish(
    content: &Content,
    client: &Client,
    environment: &Environment,
    now: Timestamp,
) -> Result<Published> {
    let clinic_table = environment.require("CLINIC_TABLE")?;
    let table = environment.require("ARTICLES_TABLE")?;
    let clinic = publication(&content.clinic_toml, now)?;
    let mut published = Published {
        clinic: put_changed(client, clinic_table, clinic, "toml").await?,
        ..Published::default()
    };
    let before = stored(client, table).await?;
    let mut kept: BTreeSet<&str> = BTreeSet::from([INDEX_SLUG]);
    for article in &content.articles {
        let slug = article.summary.slug.as_str();
        kept.insert(slug);
        let json =
            serde_json::to_string(article).context("the article cannot be written as JSON")?;
        if before.get(slug).is_some_and(|old| *old == json) {
            published.unchanged += 1;
            continue;
        }
        let item = StoredArticle {
            slug: slug.to_owned(),
            published_at: article.summary.published_at,
            // A change that the author did not date, of what is related, for one, is dated now.
            modified_at: if before.contains_key(slug) {
                now
            } else {
                article.summary.updated_at
            },
            json,
        };
        put(client, table, serde_dynamo::to_item(item)?).await?;
        published.written.push(slug.to_owned());
    }
    let index = Index {
        slug: INDEX_SLUG.to_owned(),
        articles: content
            .articles
            .iter()
            .map(|article| article.summary.clone())
            .collect(),
    };
    put_changed(client, table, serde_dynamo::to_item(index)?, "articles").await?;
    for slug in before.keys().filter(|slug| !kept.contains(slug.as_str())) {
        client
            .delete_item()
            .table_name(table)
            .key("slug", AttributeValue::S(slug.clone()))
            .send()
            .await
            .with_context(|| format!("the article {slug} cannot be taken away"))?;
        published.removed.push(slug.clone());
    }
    Ok(published)
}

async fn put(client: &Client, table: &str, item: Item) -> Result<()> {
    let put = client.put_item().table_name(table).set_item(Some(item));
    put.send().await.with_context(|| unwritable(table))?;
    Ok(())
}

/// Writes the item unless `attribute`, which says everything about it, stands there already; whether it
/// was written.
async fn put_changed(client: &Client, table: &str, item: Item, attribute: &str) -> Result<bool> {
    let content = item.get(attribute).cloned();
    let put = client
        .put_item()
        .table_name(table)
        .set_item(Some(item))
        .condition_expression("attribute_not_exists(#content) OR #content <> :content")
        .expression_attribute_names("#content", attribute)
        .set_expression_attribute_values(
            content.map(|content| [(":content".to_owned(), content)].into()),
        );
    match put.send().await {
        Ok(_) => Ok(true),
        Err(error)
            if error
                .as_service_error()
                .is_some_and(PutItemError::is_conditional_check_failed_exception) =>
        {
            Ok(false)
        }
        Err(error) => Err(error).with_context(|| unwritable(table)),
    }
}

fn unwritable(table: &str) -> String {
    format!("the table {table} cannot be written")
}

/// The articles that are there, by slug, as JSON. An operator's command may scan; no request does.
async fn stored(client: &Client, table: &str) -> Result<BTreeMap<String, String>> {
    let mut pages = client
        .scan()
        .table_name(table)
        .into_paginator()
        .items()
        .send();
    let mut articles = BTreeMap::new();
    while let Some(item) = pages.next().await {
        let item = item.with_context(|| format!("the table {table} cannot be read"))?;
        let text = |name: &str| item.get(name).and_then(|value| value.as_s().ok()).cloned();
        articles.extend(text("slug").map(|slug| (slug, text("json").unwrap_or_default())));
    }
    Ok(articles)
}
