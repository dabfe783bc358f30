//! A table, its keys, and reading from it.

use aws_sdk_dynamodb::{
    Client,
    operation::{query::builders::QueryFluentBuilder, scan::builders::ScanFluentBuilder},
    types::AttributeValue,
};
use serde::{Serialize, de::DeserializeOwned};

use super::{Change, Error, Item, error::attributes};

/// A table and the client that asks it.
#[derive(Clone, Debug)]
pub struct Table {
    client: Client,
    name: String,
}

/// The key of one item.
#[derive(Clone, Debug)]
pub struct Key {
    /// The kind of item, for errors.
    pub(super) what: &'static str,
    /// Names and values, the partition key first.
    pub(super) attributes: Vec<(&'static str, String)>,
}

/// Whether a read sees every write that was answered before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consistency {
    /// It does, for twice the capacity.
    Strong,
    /// It may lag behind by a moment.
    Eventual,
}

impl Key {
    /// A key of one attribute.
    pub fn single(what: &'static str, name: &'static str, value: impl Into<String>) -> Self {
        let attributes = vec![(name, value.into())];
        Self { what, attributes }
    }

    /// A key of a partition (`pk`) and a place in it (`sk`).
    pub fn pair(what: &'static str, pk: impl Into<String>, sk: impl Into<String>) -> Self {
        let attributes = vec![("pk", pk.into()), ("sk", sk.into())];
        Self { what, attributes }
    }

    pub(super) fn to_item(&self) -> Item {
        let value = |value: &String| AttributeValue::S(value.clone());
        let pairs = self.attributes.iter();
        pairs
            .map(|(name, text)| ((*name).to_owned(), value(text)))
            .collect()
    }
}

impl Table {
    /// The table of this name.
    pub fn new(client: Client, name: impl Into<String>) -> Self {
        let name = name.into();
        Self { client, name }
    }

    /// The client that asks it.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The item at this key.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn get(&self, key: &Key, consistency: Consistency) -> Result<Option<Item>, Error> {
        let found = self
            .client
            .get_item()
            .table_name(&self.name)
            .set_key(Some(key.to_item()))
            .consistent_read(consistency == Consistency::Strong)
            .send()
            .await;
        Ok(found
            .map_err(|error| self.failed("GetItem", key.what, error))?
            .item)
    }

    /// The item at this key, as a `T`.
    ///
    /// # Errors
    /// When the store does not answer, or the item cannot be read.
    pub async fn find<T: DeserializeOwned>(
        &self,
        key: &Key,
        consistency: Consistency,
    ) -> Result<Option<T>, Error> {
        let item = self.get(key, consistency).await?;
        item.map(|item| self.read(key.what, item)).transpose()
    }

    /// Reads an item as a `T`.
    ///
    /// # Errors
    /// When it has another shape.
    pub fn read<T: DeserializeOwned>(&self, what: &'static str, item: Item) -> Result<T, Error> {
        serde_dynamo::from_item(item).map_err(|_| self.unreadable(what))
    }

    /// A query of this table, to be continued.
    #[must_use]
    pub fn query(&self) -> QueryFluentBuilder {
        self.client.query().table_name(&self.name)
    }

    /// All items, for an operator's command; no request reads a whole table.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn scan(&self, what: &'static str) -> Result<Vec<Item>, Error> {
        self.scanned(what, self.client.scan()).await
    }

    /// These attributes of all items, for an operator's command.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn scan_only(
        &self,
        what: &'static str,
        attributes: &str,
    ) -> Result<Vec<Item>, Error> {
        let scan = self.client.scan().projection_expression(attributes);
        self.scanned(what, scan).await
    }

    async fn scanned(
        &self,
        what: &'static str,
        scan: ScanFluentBuilder,
    ) -> Result<Vec<Item>, Error> {
        let pages = scan
            .table_name(&self.name)
            .consistent_read(true)
            .into_paginator()
            .items()
            .send();
        let items = pages.collect::<Result<Vec<Item>, _>>().await;
        items.map_err(|error| self.failed("Scan", what, error))
    }

    /// The part of a write that adds an item, on the condition that its key is free. The item need not
    /// repeat the key.
    ///
    /// # Errors
    /// When the item cannot be written as attributes.
    pub fn put_new(&self, key: &Key, item: impl Serialize) -> Result<Change, Error> {
        let partition = key.attributes.first().map_or("pk", |(name, _)| name);
        let change = self.put(key, item)?;
        Ok(change
            .condition("attribute_not_exists(#key)")
            .name("#key", partition))
    }

    /// The part of a write that puts an item into the place of what is there.
    ///
    /// # Errors
    /// When the item cannot be written as attributes.
    pub fn put(&self, key: &Key, item: impl Serialize) -> Result<Change, Error> {
        let item = attributes(key.what, item)?;
        Ok(Change::put(&self.name, key, item))
    }

    /// The part of a write that changes an item, or makes it.
    #[must_use]
    pub fn update(&self, key: &Key, expression: impl Into<String>) -> Change {
        Change::update(&self.name, key, expression.into())
    }

    /// The part of a write that makes `after` of an item that was read as `before`: it writes the attributes that
    /// differ. What neither of them has is left alone, since another version may have written it.
    ///
    /// # Errors
    /// When one of them cannot be written as attributes.
    pub fn amend(
        &self,
        key: &Key,
        before: impl Serialize,
        after: impl Serialize,
    ) -> Result<Change, Error> {
        let before = attributes(key.what, before)?;
        let after = attributes(key.what, after)?;
        let differs =
            |(name, value): &(&String, &AttributeValue)| before.get(*name) != Some(*value);
        let written: Vec<_> = after.iter().filter(differs).collect();
        let removed: Vec<_> = before
            .keys()
            .filter(|name| !after.contains_key(*name))
            .collect();
        let list = |word: &str, parts: Vec<String>| {
            (!parts.is_empty()).then(|| format!("{word} {}", parts.join(", ")))
        };
        let set = (0..written.len()).map(|n| format!("#set{n} = :set{n}"));
        let remove = (0..removed.len()).map(|n| format!("#remove{n}"));
        let clauses = [list("SET", set.collect()), list("REMOVE", remove.collect())];
        let expression: Vec<String> = clauses.into_iter().flatten().collect();
        let mut change = self.update(key, expression.join(" "));
        for (n, (name, value)) in written.into_iter().enumerate() {
            change = change.name(&format!("#set{n}"), name);
            change = change.attribute(&format!(":set{n}"), value.clone());
        }
        for (n, name) in removed.into_iter().enumerate() {
            change = change.name(&format!("#remove{n}"), name);
        }
        Ok(change)
    }

    /// The part of a write that deletes an item.
    #[must_use]
    pub fn delete(&self, key: &Key) -> Change {
        Change::delete(&self.name, key)
    }

    /// The error of a call to this table.
    pub fn failed(
        &self,
        call: &'static str,
        what: &'static str,
        cause: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Error {
        Error::Failed {
            call,
            what,
            table: self.name.clone(),
            cause: cause.into(),
        }
    }

    /// The error of an item that has another shape than this version writes.
    #[must_use]
    pub fn unreadable(&self, what: &'static str) -> Error {
        let table = self.name.clone();
        Error::Unreadable { what, table }
    }
}
