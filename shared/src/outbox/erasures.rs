//! How many times a person was erased: what was read before an erasure must not be written down after it.

use serde::{Deserialize, Serialize};

use super::table::{Outbox, key};
use crate::store::{Change, Consistency, Error};

/// The item that counts. It is no mail.
const ID: &str = "erasures#count";

#[derive(Serialize, Deserialize)]
struct Erasures {
    erasures: u64,
}

impl Outbox {
    /// How many erasures there were so far.
    ///
    /// # Errors
    /// When the store does not answer, or the count cannot be read.
    pub async fn erasures(&self) -> Result<u64, Error> {
        let found = self.table().find(&key(ID), Consistency::Strong).await?;
        Ok(found.map_or(0, |count: Erasures| count.erasures))
    }

    /// The part of a write that counts an erasure. It comes after what was erased, and before the last look for more.
    #[must_use]
    pub fn count_erasure(&self) -> Change {
        let change = self.table().update(&key(ID), "ADD erasures :one");
        change.value(":one", 1)
    }

    /// The part of a write that refuses it if anybody was erased since the count was `seen`.
    pub(super) fn no_erasure_since(&self, seen: u64) -> Change {
        let change = self.table().update(&key(ID), "SET erasures = :seen");
        let condition = match seen {
            0 => "attribute_not_exists(id) OR erasures = :seen",
            _ => "erasures = :seen",
        };
        change.condition(condition).value(":seen", seen)
    }
}

/// Whether an item of the mail table with this id is the count.
pub(super) fn is_erasures(id: &str) -> bool {
    id == ID
}
