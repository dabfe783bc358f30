//! Calls that meet on an item.
//!
//! `DynamoDB` cancels a transaction that meets another one on an item, and refuses a single write of an item that a
//! transaction is about to change.
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html#transaction-conflict-handling>

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use super::call::ItemKey;

/// The items of the transactions that are under way; clones share them.
#[derive(Clone, Debug, Default)]
pub(super) struct Meetings(Arc<Mutex<HashSet<ItemKey>>>);

/// A transaction that is under way until this is dropped.
pub(super) struct UnderWay {
    items: Vec<ItemKey>,
    meetings: Meetings,
}

impl Meetings {
    /// Begins a transaction on these items.
    ///
    /// # Errors
    /// When other transactions have some of them: for each item whether they do, in the same order.
    pub(super) fn begin(&self, items: Vec<Option<ItemKey>>) -> Result<UnderWay, Vec<bool>> {
        self.with(|busy| {
            let met =
                |item: &Option<ItemKey>| item.as_ref().is_some_and(|item| busy.contains(item));
            let met: Vec<bool> = items.iter().map(met).collect();
            if met.contains(&true) {
                return Err(met);
            }
            let items: Vec<ItemKey> = items.into_iter().flatten().collect();
            busy.extend(items.iter().cloned());
            let meetings = self.clone();
            Ok(UnderWay { items, meetings })
        })
    }

    /// Whether a transaction has the item.
    pub(super) fn has(&self, item: &ItemKey) -> bool {
        self.with(|busy| busy.contains(item))
    }

    fn with<T>(&self, look: impl FnOnce(&mut HashSet<ItemKey>) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.meetings.with(|busy| {
            for item in &self.items {
                busy.remove(item);
            }
        });
    }
}
