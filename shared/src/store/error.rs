//! Why the store did not do what was asked.

use super::Item;
use crate::telemetry::Causes;

/// A call that failed, or an item that does not fit. It names the table, the kind of key and the call, and
/// nothing of what the item holds.
#[derive(thiserror::Error)]
pub enum Error {
    /// The call was not answered, or was refused as a whole.
    #[error("{call} failed for this kind of item: {what} (table {table})")]
    Failed {
        /// The operation of the `DynamoDB` API.
        call: &'static str,
        what: &'static str,
        /// The name of the table, or the names of all tables of a transaction.
        table: String,
        /// What the SDK says. It holds no request body.
        #[source]
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Conditions of a write did not hold, which the caller did not expect.
    #[error("a write was refused ({what}), by these parts: {parts}")]
    Refused {
        what: &'static str,
        /// The names of the parts.
        parts: String,
    },
    /// The item has another shape than this version writes. The deserializer's message may repeat what
    /// somebody typed, so it is left out.
    #[error("a stored item cannot be read: {what} (table {table})")]
    Unreadable {
        what: &'static str,
        /// The name of the table.
        table: String,
    },
    /// The item cannot be put into `DynamoDB`'s form.
    #[error("an item cannot be written as attributes: {what}")]
    Unwritable {
        what: &'static str,
        /// What the serializer or the SDK's builder says.
        #[source]
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// The SDK's own `Debug` has the raw response, which may hold an item: only messages are shown.
impl std::fmt::Debug for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", Causes(self))
    }
}

impl Error {
    /// An item that cannot be put into `DynamoDB`'s form.
    pub fn unwritable(
        what: &'static str,
        cause: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        let cause = cause.into();
        Self::Unwritable { what, cause }
    }
}

pub(super) fn attributes(what: &'static str, item: impl serde::Serialize) -> Result<Item, Error> {
    serde_dynamo::to_item(item).map_err(|error| Error::unwritable(what, error))
}
