//! What is published, in the Articles table, and what the function holds of it in memory.
//!
//! Items are never changed once they are written: an article and a catalogue have digests in their keys. One item, the
//! head, names the current catalogue, so that a whole edition replaces the one before at once.

mod edition;
mod head;
mod pictures;
mod previous_release;
mod publish;
mod retire;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use aws_sdk_dynamodb::Client;
use serde::Serialize;
use shared::{
    environment::{Environment, MissingVariable},
    store::{Consistency, Error, Item, Kept, Key, Table},
    telemetry::Causes,
    values::Slug,
};
use tokio::sync::OnceCell;

pub use edition::{Edition, Published, Unpublished};
pub use pictures::Picture;
pub use publish::Progress;

use crate::{
    article::Article,
    catalogue::{Address, Catalogue},
    search::Corpus,
};
use head::Head;

const WHAT: &str = "article";
/// What the keys of drafts begin with.
const DRAFTS: &str = "#draft/";
/// How many articles are held in memory, at most.
const MOST_HELD: usize = 200;

#[derive(Clone)]
pub struct Shelf {
    table: Table,
    kept: Kept<Current>,
    /// Articles that were read, by the digest of their content.
    read: Arc<Mutex<HashMap<String, Arc<Article>>>>,
}

/// What is published now. Its parts belong together.
#[derive(Default)]
pub(crate) struct Current {
    head: Head,
    pub(crate) catalogue: Catalogue,
    corpus: OnceCell<Corpus>,
}

/// A value as it is stored.
fn item(value: impl Serialize) -> Result<Item, Error> {
    serde_dynamo::to_item(value).map_err(|error| Error::unwritable(WHAT, error))
}

fn key(slug: &str) -> Key {
    Key::single(WHAT, "slug", slug)
}

/// The key of an article's item. No slug has these signs.
fn article_key(Address { slug, digest, .. }: &Address) -> String {
    format!("#article/{slug}/{digest}")
}

fn draft_key(slug: &Slug) -> String {
    format!("{DRAFTS}{slug}")
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

    /// What is published, as it was last read. Only if it has never been read, this reads it. It is empty when nothing is
    /// published.
    ///
    /// # Errors
    /// When the store does not answer, or the catalogue cannot be read.
    pub(crate) async fn current(&self) -> Result<Arc<Current>, Error> {
        if let Some(kept) = self.kept.get() {
            return Ok(kept);
        }
        match self.head(Consistency::Eventual).await? {
            Some(head) => self.keep(head).await,
            None => Ok(Arc::default()),
        }
    }

    /// The texts with their index, for searches. Only the first search reads them.
    ///
    /// # Errors
    /// When the store does not answer, or they cannot be read.
    pub(crate) async fn corpus<'a>(&self, current: &'a Current) -> Result<&'a Corpus, Error> {
        let read = || self.read_corpus(&current.head);
        current.corpus.get_or_try_init(read).await
    }

    /// Reads the catalogue again if it was last read more than a minute ago and another one is current. If it cannot be
    /// read, the one from before stays.
    pub(crate) async fn refresh(&self) {
        let Some(kept) = self.kept.due() else {
            return;
        };
        let again = match self.head(Consistency::Eventual).await {
            Ok(Some(head)) if head != kept.head => self.keep(head).await.map(drop),
            Ok(_) => Ok(()),
            Err(error) => Err(error),
        };
        if let Err(error) = again {
            tracing::warn!(error = %Causes(&error), "could not read the catalogue again; the one before stays");
        }
    }

    async fn keep(&self, head: Head) -> Result<Arc<Current>, Error> {
        let catalogue = self.read_catalogue(&head).await?;
        Ok(self.kept.set(Current {
            head,
            catalogue,
            corpus: OnceCell::new(),
        }))
    }

    /// The article at this address. Those that were read lately cost no call.
    ///
    /// # Errors
    /// When the store does not answer, or the item cannot be read.
    pub(crate) async fn article(&self, address: &Address) -> Result<Option<Arc<Article>>, Error> {
        let held = self.held().get(&address.digest).cloned();
        if held.is_some() {
            return Ok(held);
        }
        let key = key(&article_key(address));
        let article: Option<Article> = self.table.find(&key, Consistency::Strong).await?;
        Ok(article.map(|article| {
            let article = Arc::new(article);
            let mut held = self.held();
            if held.len() >= MOST_HELD {
                held.clear();
            }
            held.insert(address.digest.clone(), Arc::clone(&article));
            article
        }))
    }

    /// The draft of this slug.
    ///
    /// # Errors
    /// When the store does not answer, or the item cannot be read.
    pub(crate) async fn draft(&self, slug: &Slug) -> Result<Option<Article>, Error> {
        let key = key(&draft_key(slug));
        self.table.find(&key, Consistency::Strong).await
    }

    fn held(&self) -> std::sync::MutexGuard<'_, HashMap<String, Arc<Article>>> {
        self.read.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
