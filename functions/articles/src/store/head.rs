//! The head, which names the catalogue that holds now, and the parts of a catalogue.

use aws_sdk_dynamodb::{
    operation::put_item::PutItemError, primitives::Blob, types::AttributeValue,
};
use futures_util::future::try_join_all;
use serde::{Deserialize, Serialize};
use shared::store::{Consistency, Error, Key};

use super::{Shelf, key};
use crate::catalogue::Catalogue;

const WHAT: &str = "catalogue";
const HEAD: &str = "#catalogue";
/// How many bytes a part has at most. An item of `DynamoDB` has 400 KB.
const PART: usize = 380 * 1024;

/// The item that names the catalogue that holds now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Head {
    /// It changes with the catalogue.
    pub(super) version: String,
    /// In how many parts it is stored.
    parts: usize,
}

pub(super) fn part_key(version: &str, part: usize) -> String {
    format!("{HEAD}/{version}/{part}")
}

impl Head {
    /// The keys of its parts.
    pub(super) fn part_keys(&self) -> impl Iterator<Item = String> {
        (0..self.parts).map(|part| part_key(&self.version, part))
    }
}

impl Shelf {
    pub(super) async fn head(&self, consistency: Consistency) -> Result<Option<Head>, Error> {
        let key = Key::single(WHAT, "slug", HEAD);
        self.table.find(&key, consistency).await
    }

    /// The catalogue of a head.
    ///
    /// # Errors
    /// When the store does not answer, or a part is missing or cannot be read.
    pub(super) async fn compiled(&self, head: &Head) -> Result<Catalogue, Error> {
        let parts = head.part_keys().map(|part| async move {
            let item = self.table.get(&key(&part), Consistency::Strong).await?;
            let content = item.and_then(|mut item| item.remove("content"));
            match content {
                Some(AttributeValue::B(content)) => Ok(content.into_inner()),
                _ => Err(self.table.unreadable(WHAT)),
            }
        });
        let bytes = try_join_all(parts).await?.concat();
        Catalogue::read(&bytes).map_err(|_| self.table.unreadable(WHAT))
    }

    /// Writes the parts of a catalogue. Nobody reads them before a head names them.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(super) async fn put_parts(&self, version: &str, bytes: &[u8]) -> Result<Head, Error> {
        let mut parts = 0;
        for content in bytes.chunks(PART) {
            let put = self.table.client().put_item();
            let put = put
                .table_name(self.table.name())
                .item("slug", AttributeValue::S(part_key(version, parts)))
                .item("content", AttributeValue::B(Blob::new(content)))
                .send();
            let put = put.await;
            put.map_err(|error| self.table.failed("PutItem", WHAT, error))?;
            parts += 1;
        }
        Ok(Head {
            version: version.to_owned(),
            parts,
        })
    }

    /// Makes a catalogue the one that holds, unless another one than `before` holds by now. Returns whether it did.
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
