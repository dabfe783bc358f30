//! What is published, in the Articles table, and what the function holds of it in memory.
//!
//! Items are never changed once they are written: an article and a catalogue have digests in their keys. One item, the
//! head, names the catalogue that holds now, so that a whole edition takes the place of the one before at once.

mod former;
mod head;
mod pictures;
mod publish;
mod retire;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use aws_sdk_dynamodb::Client;
use shared::{
    environment::{Environment, MissingVariable},
    store::{Consistency, Error, Kept, Key, Table},
    telemetry::Causes,
    values::Slug,
};

pub use pictures::Picture;
pub use publish::{Edition, Published, Unpublished};

use crate::{
    article::Article,
    catalogue::{Catalogue, Listing},
};

const WHAT: &str = "article";
/// How many articles are held in memory, at most.
const MOST_HELD: usize = 200;

#[derive(Clone)]
pub struct Shelf {
    table: Table,
    kept: Kept<Edited>,
    /// Articles that were read, by the digest of their content.
    read: Arc<Mutex<HashMap<String, Arc<Article>>>>,
}

/// A catalogue and its version.
struct Edited {
    version: String,
    catalogue: Arc<Catalogue>,
}

fn key(slug: &str) -> Key {
    Key::single(WHAT, "slug", slug)
}

/// The key of an article's item. No slug has these signs.
fn article_key(slug: &Slug, digest: &str) -> String {
    format!("#article/{slug}/{digest}")
}

fn draft_key(slug: &Slug) -> String {
    format!("#draft/{slug}")
}

impl Shelf {
    /// From `ARTICLES_TABLE`.
    ///
    /// # Errors
    /// When it is missing.
    pub fn open(client: &Client, environment: &Environment) -> Result<Self, MissingVariable> {
        let table = Table::new(client.clone(), environment.require("ARTICLES_TABLE")?);
        Ok(Self {
            table,
            kept: Kept::default(),
            read: Arc::default(),
        })
    }

    /// The catalogue as it was last read. Only if it has never been read, this reads it. It is empty when nothing is
    /// published.
    ///
    /// # Errors
    /// When the store does not answer, or the catalogue cannot be read.
    pub(crate) async fn catalogue(&self) -> Result<Arc<Catalogue>, Error> {
        if let Some(kept) = self.kept.get() {
            return Ok(Arc::clone(&kept.catalogue));
        }
        match self.head(Consistency::Eventual).await? {
            Some(head) => self.keep(head).await,
            None => Ok(Arc::default()),
        }
    }

    /// Reads the catalogue again if it was last read more than a minute ago and another one holds now. If it cannot be
    /// read, the one from before stays.
    pub(crate) async fn refresh(&self) {
        let Some(kept) = self.kept.due() else {
            return;
        };
        let again = match self.head(Consistency::Eventual).await {
            Ok(Some(head)) if head.version != kept.version => self.keep(head).await.map(|_| ()),
            Ok(_) => Ok(()),
            Err(error) => Err(error),
        };
        if let Err(error) = again {
            tracing::warn!(error = %Causes(&error), "could not read the catalogue again; the one before stays");
        }
    }

    async fn keep(&self, head: head::Head) -> Result<Arc<Catalogue>, Error> {
        let catalogue = Arc::new(self.compiled(&head).await?);
        self.kept.set(Edited {
            version: head.version,
            catalogue: Arc::clone(&catalogue),
        });
        Ok(catalogue)
    }

    /// The article of a listing. Those that were read lately cost no call.
    ///
    /// # Errors
    /// When the store does not answer, or the item cannot be read.
    pub(crate) async fn article(&self, listing: &Listing) -> Result<Option<Arc<Article>>, Error> {
        let held = self.held().get(&listing.digest).cloned();
        if held.is_some() {
            return Ok(held);
        }
        let key = key(&article_key(&listing.entry.slug, &listing.digest));
        let article: Option<Article> = self.table.find(&key, Consistency::Strong).await?;
        Ok(article.map(|article| {
            let article = Arc::new(article);
            let mut held = self.held();
            if held.len() >= MOST_HELD {
                held.clear();
            }
            held.insert(listing.digest.clone(), Arc::clone(&article));
            article
        }))
    }

    /// The draft of this slug.
    ///
    /// # Errors
    /// When the store does not answer, or the item cannot be read.
    pub(crate) async fn draft(&self, slug: &Slug) -> Result<Option<Article>, Error> {
        self.table
            .find(&key(&draft_key(slug)), Consistency::Strong)
            .await
    }

    fn held(&self) -> std::sync::MutexGuard<'_, HashMap<String, Arc<Article>>> {
        self.read.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
