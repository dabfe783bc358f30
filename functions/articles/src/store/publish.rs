//! Publishing: only what changed is written, and what is no longer there is taken away.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_dynamodb::{operation::put_item::PutItemError, types::AttributeValue};
use jiff::Timestamp;
use serde::Serialize;
use shared::store::{Error, text};

use super::{INDEX, Index, Picture, Shelf, StoredArticle, WHAT};
use crate::article::Article;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Published {
    /// Slugs of articles that are new or have changed.
    pub written: Vec<String>,
    /// Slugs of articles that were taken away.
    pub removed: Vec<String>,
    /// How many articles stayed as they were.
    pub unchanged: usize,
}

impl Shelf {
    /// Publishes these articles, the newest first, with the pictures that they show, and takes all others away.
    ///
    /// # Errors
    /// When the store does not answer, or an article cannot be written as JSON. Nothing is half-written
    /// then: each article is one item, the pictures come first and the index last.
    pub async fn publish(
        &self,
        articles: &[Article],
        pictures: &[Picture],
        now: Timestamp,
    ) -> Result<Published, Error> {
        self.publish_pictures(pictures).await?;
        let before = self.stored().await?;
        let mut published = Published::default();
        let mut kept: BTreeSet<&str> = BTreeSet::from([INDEX]);
        for article in articles {
            let slug = article.summary.slug.as_str();
            kept.insert(slug);
            let json = serde_json::to_string(article);
            let json = json.map_err(|error| Error::unwritable(WHAT, error))?;
            if before.get(slug).is_some_and(|old| *old == json) {
                published.unchanged += 1;
                continue;
            }
            self.put(StoredArticle {
                slug: article.summary.slug.clone(),
                published_at: article.summary.published_at,
                // A change that the author did not date, like another related article, is dated now.
                modified_at: if before.contains_key(slug) {
                    now
                } else {
                    article.summary.updated_at
                },
                json,
            })
            .await?;
            published.written.push(slug.to_owned());
        }
        self.put_index(articles).await?;
        for slug in before.keys().filter(|slug| !kept.contains(slug.as_str())) {
            self.remove(slug).await?;
            published.removed.push(slug.clone());
        }
        self.retire_pictures(pictures, now).await?;
        Ok(published)
    }

    /// The published articles as JSON, by slug. An operator's command may scan; no request does.
    async fn stored(&self) -> Result<BTreeMap<String, String>, Error> {
        let items = self.table.scan(WHAT).await?;
        // Pictures have none.
        let pair = |item| {
            let json = text(item, "json")?;
            Some((text(item, "slug")?.to_owned(), json.to_owned()))
        };
        Ok(items.iter().filter_map(pair).collect())
    }

    async fn put(&self, article: StoredArticle) -> Result<(), Error> {
        let put = self.put_item(article)?.send().await;
        put.map_err(|error| self.table.failed("PutItem", WHAT, error))?;
        Ok(())
    }

    /// Writes the index, unless it has not changed.
    async fn put_index(&self, articles: &[Article]) -> Result<(), Error> {
        let summaries = articles.iter().map(|article| article.summary.clone());
        let index = Index {
            slug: INDEX.to_owned(),
            articles: summaries.collect(),
        };
        let content = serde_dynamo::to_attribute_value(&index.articles);
        let content = content.map_err(|error| Error::unwritable("index", error))?;
        let put = self
            .put_item(index)?
            .condition_expression("attribute_not_exists(articles) OR articles <> :articles")
            .expression_attribute_values(":articles", content);
        match put.send().await {
            Ok(_) => Ok(()),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(PutItemError::is_conditional_check_failed_exception) =>
            {
                Ok(())
            }
            Err(error) => Err(self.table.failed("PutItem", "index", error)),
        }
    }

    pub(super) async fn remove(&self, slug: &str) -> Result<(), Error> {
        let delete = self.table.client().delete_item();
        let delete = delete
            .table_name(self.table.name())
            .key("slug", AttributeValue::S(slug.to_owned()));
        let deleted = delete.send().await;
        deleted.map_err(|error| self.table.failed("DeleteItem", WHAT, error))?;
        Ok(())
    }

    pub(super) fn put_item(
        &self,
        item: impl Serialize,
    ) -> Result<aws_sdk_dynamodb::operation::put_item::builders::PutItemFluentBuilder, Error> {
        let item = serde_dynamo::to_item(item).map_err(|error| Error::unwritable(WHAT, error))?;
        let put = self.table.client().put_item();
        Ok(put.table_name(self.table.name()).set_item(Some(item)))
    }
}
