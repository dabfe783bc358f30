//! Notes for the next digest, one for each mail that staff got a notice about. A note says only which mail and which notice
//! it is, so nothing about a person is in it. It is there until a digest that lists it was sent, or staff have seen to what
//! the mail was about.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::table::{Outbox, key};
use crate::store::{Change, Consistency, Error, ExpiresAt, Moment, text};

/// The kind of item, for errors.
const WHAT: &str = "note for the digest";
/// What the ids of notes begin with, which no mail's does.
const NOTE: &str = "undelivered#";
/// Their partition of the index `due`, which is none of the lanes in which mails wait.
const PARTITION: &str = "undelivered";
/// For how many days a note is kept: longer than digests can be held up.
const KEPT_DAYS: u32 = 7;

#[derive(Serialize, Deserialize)]
struct Note {
    /// [`PARTITION`], until a digest has told of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    queue: Option<String>,
    /// When the notice was queued.
    due_at: Moment,
    /// The id of the notice.
    notice: String,
    expires_at: ExpiresAt,
}

/// Whether an item of the mail table with this id is a note.
pub(super) fn is_note(id: &str) -> bool {
    id.starts_with(NOTE)
}

impl Outbox {
    /// The part of a write that notes for the next digest that staff got this notice about a mail.
    ///
    /// # Errors
    /// When it cannot be written as attributes.
    pub fn note(&self, mail: &str, notice: &str, now: Timestamp) -> Result<Change, Error> {
        let note = Note {
            queue: Some(PARTITION.to_owned()),
            due_at: Moment(now),
            notice: notice.to_owned(),
            expires_at: ExpiresAt::days_after(now, KEPT_DAYS),
        };
        self.table().put(&key(&id(mail)), &note)
    }

    /// The part of a write after which no digest tells of a mail that did not arrive. It never refuses the write: where there
    /// is no note, it leaves a mark that expires.
    #[must_use]
    pub fn told(&self, mail: &str, now: Timestamp) -> Change {
        let expression = "SET expires_at = if_not_exists(expires_at, :expires_at) REMOVE queue";
        let change = self.table().update(&key(&id(mail)), expression);
        change.value(":expires_at", ExpiresAt::days_after(now, KEPT_DAYS))
    }

    /// The ids of the mails that are noted by then, the first one first.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn noted(&self, until: Timestamp) -> Result<Vec<String>, Error> {
        let mut items = self
            .table()
            .query()
            .index_name("due")
            .key_condition_expression("queue = :queue AND due_at <= :until")
            .expression_attribute_values(":queue", AttributeValue::S(PARTITION.to_owned()))
            .expression_attribute_values(":until", AttributeValue::S(Moment(until).to_string()))
            .into_paginator()
            .items()
            .send();
        let mut mails = Vec::new();
        while let Some(item) = items.next().await {
            let item = item.map_err(|error| self.table().failed("Query", WHAT, error))?;
            let mail = text(&item, "id").and_then(|id| id.strip_prefix(NOTE));
            mails.extend(mail.map(str::to_owned));
        }
        Ok(mails)
    }

    /// The id of the notice about a mail that is noted. `None` when it is not, or not any more.
    ///
    /// # Errors
    /// When the store does not answer, or the note cannot be read.
    pub async fn noted_notice(&self, mail: &str) -> Result<Option<String>, Error> {
        let key = key(&id(mail));
        let note: Option<Note> = self.table().find(&key, Consistency::Strong).await?;
        let open = note.filter(|note| note.queue.is_some());
        Ok(open.map(|note| note.notice))
    }
}

fn id(mail: &str) -> String {
    format!("{NOTE}{mail}")
}
