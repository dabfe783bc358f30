//! Tokens of links to practitioners' calendars. Only digests are stored, so that a copy of the table opens no calendar.

use std::fmt::Write as _;

use aws_sdk_dynamodb::types::AttributeValue;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use shared::{
    store::{Change, Consistency, Error, Item, Key, Moment, Write, text},
    values::PractitionerId,
};

use super::Bookings;

const WHAT: &str = "link to a calendar";
/// All links are in one partition, also those to calendars of people who have left.
const PARTITION: &str = "calendars";
/// How much of a digest names a link.
const ID_LENGTH: usize = 10;

/// A token as it is stored.
#[derive(Clone, Debug)]
pub(crate) struct StoredToken {
    pub(crate) practitioner: PractitionerId,
    /// SHA-256 of the token, in hexadecimal digits.
    digest: String,
    pub(crate) label: Option<String>,
    pub(crate) made_at: Timestamp,
}

#[derive(Debug, Serialize, Deserialize)]
struct TokenItem {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    label: Option<String>,
    made_at: Moment,
}

impl StoredToken {
    /// A new token of 256 random bits, and what is stored of it.
    pub(crate) fn make(
        practitioner: &PractitionerId,
        label: Option<String>,
        now: Timestamp,
    ) -> (String, Self) {
        let mut bits = [0; 32];
        #[expect(
            clippy::expect_used,
            reason = "a system without randomness cannot run the front desk"
        )]
        getrandom::fill(&mut bits).expect("the system has a random generator");
        let token = URL_SAFE_NO_PAD.encode(bits);
        let stored = Self {
            practitioner: practitioner.clone(),
            digest: digest(&token),
            label,
            made_at: now,
        };
        (token, stored)
    }

    /// The id that operators see, and revoke it by.
    pub(crate) fn id(&self) -> &str {
        self.digest.get(..ID_LENGTH).unwrap_or(&self.digest)
    }

    fn key(&self) -> Key {
        key(&self.practitioner, &self.digest)
    }
}

fn digest(token: &str) -> String {
    let digest = Sha256::digest(token.as_bytes());
    let mut text = String::with_capacity(64);
    for byte in digest {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// `#` is in no id.
fn key(practitioner: &PractitionerId, digest: &str) -> Key {
    Key::pair(WHAT, PARTITION, format!("{practitioner}#{digest}"))
}

impl Bookings {
    /// Whether the token opens the practitioner's calendar. It is looked up by its digest, so how long that takes says
    /// nothing of how much of it is right.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(crate) async fn is_token(
        &self,
        practitioner: &PractitionerId,
        token: &str,
    ) -> Result<bool, Error> {
        let key = key(practitioner, &digest(token));
        let found = self.table.get(&key, Consistency::Strong).await?;
        Ok(found.is_some())
    }

    /// The tokens of all calendars.
    ///
    /// # Errors
    /// When the store does not answer, or one cannot be read.
    pub(crate) async fn tokens(&self) -> Result<Vec<StoredToken>, Error> {
        let items = self
            .table
            .query()
            .key_condition_expression("pk = :calendars")
            .expression_attribute_values(":calendars", AttributeValue::S(PARTITION.to_owned()))
            .consistent_read(true)
            .into_paginator()
            .items()
            .send();
        let items = items.collect::<Result<Vec<Item>, _>>().await;
        let items = items.map_err(|error| self.table.failed("Query", WHAT, error))?;
        let read = |item: Item| {
            let place = text(&item, "sk").and_then(|place| place.split_once('#'));
            let named = place.and_then(|(id, digest)| {
                let practitioner = PractitionerId::parse(id).ok()?;
                Some((practitioner, digest.to_owned()))
            });
            let (practitioner, digest) = named.ok_or_else(|| self.table.unreadable(WHAT))?;
            let item: TokenItem = self.table.read(WHAT, item)?;
            Ok(StoredToken {
                practitioner,
                digest,
                label: item.label,
                made_at: item.made_at.0,
            })
        };
        items.into_iter().map(read).collect()
    }

    /// Stores a token with a line in the audit trail.
    ///
    /// # Errors
    /// When the store does not take it.
    pub(crate) async fn put_token(&self, token: &StoredToken, entry: Change) -> Result<(), Error> {
        let item = TokenItem {
            label: token.label.clone(),
            made_at: Moment(token.made_at),
        };
        let put = self.table.put_new(&token.key(), item)?;
        self.change_token(put, entry).await
    }

    /// Deletes a token with a line in the audit trail.
    ///
    /// # Errors
    /// When the store does not take it.
    pub(crate) async fn delete_token(
        &self,
        token: &StoredToken,
        entry: Change,
    ) -> Result<(), Error> {
        let delete = self.table.delete(&token.key());
        self.change_token(delete, entry).await
    }

    async fn change_token(&self, change: Change, entry: Change) -> Result<(), Error> {
        let mut write = Write::of(WHAT);
        write.add("token", change);
        write.add("entry", entry);
        Ok(write.commit(self.table.client()).await?)
    }
}
