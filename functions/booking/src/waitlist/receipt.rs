//! The answer to somebody who joins the waiting list.

use serde::{Deserialize, Serialize};
use shared::{guard::Repeatable, reference::Reference};
use utoipa::ToSchema;

use super::{Entry, EntryStatus};

/// The answer to somebody who joins the waiting list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = WaitlistReceipt)]
pub(crate) struct Receipt {
    pub(crate) reference: Reference,
    pub(crate) status: EntryStatus,
    /// Only for the network that asked first: another one has it by mail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(format = "uri")]
    pub(crate) manage_url: Option<String>,
}

impl Repeatable for Receipt {
    fn for_another_sender(self) -> Self {
        Self {
            manage_url: None,
            ..self
        }
    }
}

impl Receipt {
    pub(crate) fn of(entry: &Entry, manage_url: String) -> Self {
        Self {
            reference: entry.reference.clone(),
            status: entry.status,
            manage_url: Some(manage_url),
        }
    }
}
