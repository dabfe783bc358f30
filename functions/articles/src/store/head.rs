//! The head, which names the current catalogue, and the parts of a catalogue.

use aws_sdk_dynamodb::{
    operation::put_item::PutItemError, primitives::Blob, types::AttributeValue,
};
use futures_util::future::try_join_all;
use serde::{Deserialize, Serialize};
use shared::store::{Consistency, Error, Item, Key};

use super::{Shelf, key};
use crate::{
    catalogue::{Catalogue, Unreadable, digest},
    search::Corpus,
};

const WHAT: &str = "catalogue";
/// The item of this shape of the catalogue. Another shape gets another number, so that both can stand beside each other.
const HEAD: &str = "#catalogue-1";
/// What the keys of its parts begin with.
const PARTS: &str = "#catalogue";
/// How many bytes a part has at most. An item of `DynamoDB` has 400 KB.
const PART: usize = 380 * 1024;

/// The item that names the current catalogue.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Head {
    /// It changes with the catalogue and its corpus.
    version: String,
    /// In how many parts the catalogue is stored.
    parts: usize,
    /// In how many parts its corpus is stored.
    corpus: usize,
}

/// A catalogue and its corpus, ready to be stored.
pub(super) struct Compiled {
    pub(super) head: Head,
    catalogue: Vec<u8>,
    corpus: Vec<u8>,
}

impl Compiled {
    pub(super) fn of(catalogue: Vec<u8>, corpus: Vec<u8>) -> Self {
        let version = digest(format!("{}{}", digest(&catalogue), digest(&corpus)).as_bytes());
        let head = Head {
            version,
            parts: catalogue.len().div_ceil(PART),
            corpus: corpus.len().div_ceil(PART),
        };
        Self {
            head,
            catalogue,
            corpus,
        }
    }

    /// The catalogue, as it will be read.
    pub(super) fn catalogue(&self) -> Result<Catalogue, Unreadable> {
        Catalogue::read(&self.catalogue)
    }

    /// The items of its parts. Nobody reads them before a head names them.
    pub(super) fn items(&self) -> impl Iterator<Item = Item> {
        let parts = self.catalogue.chunks(PART).chain(self.corpus.chunks(PART));
        let keys = self.head.catalogue_keys().chain(self.head.corpus_keys());
        keys.zip(parts).map(|(key, content)| {
            let content = AttributeValue::B(Blob::new(content));
            Item::from([
                ("slug".to_owned(), AttributeValue::S(key)),
                ("content".to_owned(), content),
            ])
        })
    }
}

impl Head {
    fn catalogue_keys(&self) -> impl Iterator<Item = String> {
        (0..self.parts).map(|part| format!("{PARTS}/{}/{part}", self.version))
    }

    fn corpus_keys(&self) -> impl Iterator<Item = String> {
        (0..self.corpus).map(|part| format!("{PARTS}/{}/corpus/{part}", self.version))
    }

    /// The keys of all parts.
    pub(super) fn keys(&self) -> impl Iterator<Item = String> {
        self.catalogue_keys().chain(self.corpus_keys())
    }
}

impl Shelf {
    pub(super) async fn head(&self, consistency: Consistency) -> Result<Option<Head>, Error> {
        let key = Key::single(WHAT, "slug", HEAD);
        self.table.find(&key, consistency).await
    }

    /// The catalogue that a head names.
    ///
    /// # Errors
    /// When the store does not answer, or a part is missing or cannot be read.
    pub(super) async fn read_catalogue(&self, head: &Head) -> Result<Catalogue, Error> {
        let bytes = self.parts(head.catalogue_keys()).await?;
        Catalogue::read(&bytes).map_err(|_| self.table.unreadable(WHAT))
    }

    /// The corpus that a head names.
    ///
    /// # Errors
    /// When the store does not answer, or a part is missing or cannot be read.
    pub(super) async fn read_corpus(&self, head: &Head) -> Result<Corpus, Error> {
        let bytes = self.parts(head.corpus_keys()).await?;
        Corpus::read(&bytes).ok_or_else(|| self.table.unreadable(WHAT))
    }

    async fn parts(&self, keys: impl Iterator<Item = String>) -> Result<Vec<u8>, Error> {
        let parts = keys.map(|part| async move {
            let item = self.table.get(&key(&part), Consistency::Strong).await?;
            let content = item.and_then(|mut item| item.remove("content"));
            match content {
                Some(AttributeValue::B(content)) => Ok(content.into_inner()),
                _ => Err(self.table.unreadable(WHAT)),
            }
        });
        Ok(try_join_all(parts).await?.concat())
    }

    /// Makes a catalogue the current one, unless another than `before` has become that meanwhile. Returns whether it did.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(super) async fn put_head(&self, head: &Head, before: Option<&Head>) -> Result<bool, Error> {
        let item = serde_dynamo::to_item(head).map_err(|error| Error::unwritable(WHAT, error))?;
        let put = self.table.client().put_item();
        let put = put
            .table_name(self.table.name())
            .set_item(Some(item))
            .item("slug", AttributeValue::S(HEAD.to_owned()))
            .expression_attribute_names("#version", "version");
        let put = match before {
            Some(before) => put
                .condition_expression("#version = :before")
                .expression_attribute_values(":before", AttributeValue::S(before.version.clone())),
            None => put.condition_expression("attribute_not_exists(#version)"),
        };
        match put.send().await {
            Ok(_) => Ok(true),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(PutItemError::is_conditional_check_failed_exception) =>
            {
                Ok(false)
            }
            Err(error) => Err(self.table.failed("PutItem", WHAT, error)),
        }
    }
}
