//! Addresses that mail came back from for good: nobody writes to them until staff say so.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::table::Outbox;
use crate::{
    store::{Change, Consistency, Error, ExpiresAt, Key, Moment, Uncommitted, Write},
    values::EmailAddress,
};

/// The kind of item, for errors.
const WHAT: &str = "returned address";
/// What the ids of these items begin with, which no mail's does.
const ADDRESS: &str = "address#";

#[derive(Clone, Copy, Debug, PartialEq)]
enum Part {
    Address,
}

/// An address that mail came back from.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Returned {
    /// When the last mail came back.
    pub since: Moment,
    /// Why, in words for staff.
    pub reason: String,
    /// When staff said that it may be written to again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    lifted_at: Option<Moment>,
    /// When SES was told to deliver to it again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cleared_at: Option<Moment>,
    expires_at: ExpiresAt,
}

impl Returned {
    /// Whether it is not written to.
    #[must_use]
    pub fn is_held_back(&self) -> bool {
        self.lifted_at.is_none()
    }

    /// Whether SES may still keep mails to it back, though staff said that it may be written to.
    #[must_use]
    pub fn is_to_be_cleared(&self) -> bool {
        self.lifted_at.is_some() && self.cleared_at.is_none()
    }
}

/// Whether an item of the mail table with this id is an address.
pub(super) fn is_address(id: &str) -> bool {
    id.starts_with(ADDRESS)
}

impl Outbox {
    /// The part of a write that holds back mails to an address, for so many days at most.
    ///
    /// # Errors
    /// When it cannot be written as attributes.
    pub fn hold_back(
        &self,
        address: &EmailAddress,
        reason: &str,
        now: Timestamp,
        keep_days: u32,
    ) -> Result<Change, Error> {
        let returned = Returned {
            since: Moment(now),
            reason: reason.to_owned(),
            lifted_at: None,
            cleared_at: None,
            expires_at: ExpiresAt::days_after(now, keep_days),
        };
        self.table().put(&key(address), &returned)
    }

    /// What is known of an address that mail came back from; `None` when none did.
    ///
    /// # Errors
    /// When the store does not answer, or the item cannot be read.
    pub async fn returned(
        &self,
        address: &EmailAddress,
        now: Timestamp,
    ) -> Result<Option<Returned>, Error> {
        let found = self
            .table()
            .find(&key(address), Consistency::Strong)
            .await?;
        Ok(found.filter(|returned: &Returned| !returned.expires_at.is_past(now)))
    }

    /// Lets an address be written to again. One that is written to anyway stays as it is.
    ///
    /// # Errors
    /// When the store does not take it.
    pub async fn write_again(&self, address: &EmailAddress, now: Timestamp) -> Result<(), Error> {
        let mut write = Write::of("address");
        write.add(Part::Address, self.marked(address, "lifted_at", now));
        match write.commit(self.client()).await {
            Ok(()) | Err(Uncommitted::Refused(_)) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// The part of a write that notes that SES delivers to an address again.
    #[must_use]
    pub fn cleared(&self, address: &EmailAddress, now: Timestamp) -> Change {
        self.marked(address, "cleared_at", now)
    }

    /// The part of a write that forgets an address.
    #[must_use]
    pub fn forget(&self, address: &EmailAddress) -> Change {
        self.table().delete(&key(address))
    }

    fn marked(&self, address: &EmailAddress, mark: &str, now: Timestamp) -> Change {
        let change = self.table().update(&key(address), "SET #mark = :now");
        change
            .condition("attribute_exists(id)")
            .name("#mark", mark)
            .value(":now", Moment(now))
    }
}

/// An address is in any case the same, and not readable in a key.
fn key(address: &EmailAddress) -> Key {
    let digest = Sha256::digest(address.as_str().to_lowercase());
    let id = format!("{ADDRESS}{}", URL_SAFE_NO_PAD.encode(digest));
    Key::single(WHAT, "id", &id)
}
