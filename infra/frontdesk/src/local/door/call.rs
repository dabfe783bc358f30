//! A call to the store, as far as the door understands it.

use axum::{body::Bytes, http::HeaderMap};
use serde_json::Value;

use super::super::operation::Operation;
use crate::template::Keys;

/// An item, by its table and its key as JSON text.
pub(super) type ItemKey = (String, String);

/// A call to the store.
pub(super) struct Call {
    /// `None` for an operation that the front desk does not use.
    pub(super) operation: Option<Operation>,
    body: Value,
}

impl Call {
    pub(super) fn read(headers: &HeaderMap, body: &Bytes) -> Self {
        let target = headers
            .get("x-amz-target")
            .and_then(|target| target.to_str().ok());
        let name = target.and_then(|target| target.rsplit('.').next());
        Self {
            operation: name.and_then(Operation::named),
            body: serde_json::from_slice(body).unwrap_or_default(),
        }
    }

    /// The actions of a transaction, or the one action of another call.
    pub(super) fn actions(&self) -> Vec<&Value> {
        match self.body.get("TransactItems").and_then(Value::as_array) {
            Some(items) => items.iter().filter_map(action).collect(),
            None => vec![&self.body],
        }
    }

    /// The item that each action is about, where it names one.
    pub(super) fn items(&self, keys: &Keys) -> Vec<Option<ItemKey>> {
        let actions = self.actions().into_iter();
        actions.map(|action| item_of(action, keys)).collect()
    }

    /// Whether the call is about this table.
    pub(super) fn is_about(&self, table: &str) -> bool {
        let named = |action: &&Value| action.get("TableName").is_some_and(|name| name == table);
        let in_batch = self.body.pointer("/RequestItems");
        self.actions().iter().any(named) || in_batch.is_some_and(|batch| batch.get(table).is_some())
    }
}

fn action(item: &Value) -> Option<&Value> {
    item.as_object()?.values().next()
}

fn item_of(action: &Value, keys: &Keys) -> Option<ItemKey> {
    let table = action.get("TableName")?.as_str()?;
    let attributes = action.get("Key").or_else(|| action.get("Item"))?;
    let key = keys.get(table)?.iter().map(|name| attributes.get(name));
    let key: Option<Vec<&Value>> = key.collect();
    Some((table.to_owned(), serde_json::to_string(&key?).ok()?))
}
