//! Notes for the next digest, one for each notice to staff about a mail that did not arrive. A note says only which notice
//! it is, so nothing about a person is in it.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::table::{Outbox, key};
use crate::store::{Change, Error, ExpiresAt, Moment, text};

/// The kind of item, for errors.
const WHAT: &str = "note for the digest";
/// What the ids of notes begin with, which no mail's does.
const NOTE: &str = "undelivered#";
/// Their partition of the index `due`, which is none of the lanes in which mails wait.
const PARTITION: &str = "undelivered";
/// For how many days a note is kept: longer than digests can be held up.
const KEPT_DAYS: u32 = 7;

#[derive(Serialize)]
struct Note {
    queue: &'static str,
    /// When the notice was queued.
    due_at: Moment,
    expires_at: ExpiresAt,
}

/// Whether an item of the mail table with this id is a note and no mail.
#[must_use]
pub fn is_note(id: &str) -> bool {
    id.starts_with(NOTE)
}

impl Outbox {
    /// The part of a write that notes a notice for the next digest.
    ///
    /// # Errors
    /// When it cannot be written as attributes.
    pub fn note(&self, notice: &str, now: Timestamp) -> Result<Change, Error> {
        let note = Note {
            queue: PARTITION,
            due_at: Moment(now),
            expires_at: ExpiresAt::days_after(now, KEPT_DAYS),
        };
        self.table().put(&key(&format!("{NOTE}{notice}")), &note)
    }

    /// The ids of the notices that were noted after `after` and until `until`, the first one first.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn noted(&self, after: Timestamp, until: Timestamp) -> Result<Vec<String>, Error> {
        let moment = |moment| AttributeValue::S(Moment(moment).to_string());
        // Moments are stored in milliseconds.
        let from = after.saturating_add(SignedDuration::from_millis(1));
        let mut items = self
            .table()
            .query()
            .index_name("due")
            .key_condition_expression("queue = :queue AND due_at BETWEEN :from AND :until")
            .expression_attribute_values(":queue", AttributeValue::S(PARTITION.to_owned()))
            .expression_attribute_values(":from", moment(from.unwrap_or(after)))
            .expression_attribute_values(":until", moment(until))
            .into_paginator()
            .items()
            .send();
        let mut notices = Vec::new();
        while let Some(item) = items.next().await {
            let item = item.map_err(|error| self.table().failed("Query", WHAT, error))?;
            let notice = text(&item, "id").and_then(|id| id.strip_prefix(NOTE));
            notices.extend(notice.map(str::to_owned));
        }
        Ok(notices)
    }
}
