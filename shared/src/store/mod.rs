//! The store: a table with its keys, and writes that happen whole or not at all.
//!
//! A write is put together from parts that have names, so that a refusal says which part refused.

mod change;
mod error;
mod kept;
mod moment;
mod table;
mod write;

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

pub use change::Change;
pub use error::Error;
pub use kept::Kept;
pub use moment::{ExpiresAt, Moment};
pub use table::{Consistency, Key, Table};
pub use write::{Part, Refusals, Tries, Uncommitted, Write};

/// An item as `DynamoDB` holds it.
pub type Item = HashMap<String, AttributeValue>;

/// A text attribute; `None` when it is absent or of another type.
#[must_use]
pub fn text<'a>(item: &'a Item, name: &str) -> Option<&'a str> {
    item.get(name)?.as_s().ok().map(String::as_str)
}

/// A map inside an item; `None` when it is absent or of another type.
#[must_use]
pub fn map<'a>(item: &'a Item, name: &str) -> Option<&'a Item> {
    item.get(name)?.as_m().ok()
}

/// Whether an item's `expires_at` has passed. `DynamoDB` deletes it some time after.
#[must_use]
pub fn is_past(item: &Item, now: jiff::Timestamp) -> bool {
    let seconds = item.get("expires_at").and_then(|value| value.as_n().ok());
    seconds
        .and_then(|seconds| seconds.parse().ok())
        .is_some_and(|seconds: i64| seconds <= now.as_second())
}
