//! The parts of the daily digest in the mail table: each owner writes its own, and the mailer makes one mail of them.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use super::{
    digest::{Owner, Sections},
    table::{Outbox, key},
};
use crate::{
    clinic::{Clinic, DigestDay},
    store::{Change, Consistency, Error, ExpiresAt, Item, Moment, Uncommitted, Write},
};

/// The kind of item, for errors.
const WHAT: &str = "part of a digest";
/// What the ids of parts begin with, which no mail's does.
const PARTS: &str = "digest/";
/// For how many days a part is kept, which says that it was written.
const KEPT_DAYS: u32 = 7;

/// A part as it is stored.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StoredPart {
    /// `digest/<date>/<owner>`.
    id: String,
    /// What it tells of. Once the mailer has made a mail of it, nothing is left here.
    #[serde(default)]
    pub sections: Sections,
    pub written_at: Moment,
    /// How many times lines were taken out of it.
    #[serde(default)]
    struck: u32,
    /// When the mailer made a mail of it, or went on without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    merged_at: Option<Moment>,
    expires_at: ExpiresAt,
}

impl StoredPart {
    /// Whether the mailer has made a mail of it.
    #[must_use]
    pub fn is_merged(&self) -> bool {
        self.merged_at.is_some()
    }
}

/// The parts that one owner writes. Clones share what they remember.
#[derive(Clone, Debug)]
pub struct DigestParts {
    owner: Owner,
    /// The date of the last part that was written; until the next one is due, nothing is asked.
    written: Arc<Mutex<Option<Date>>>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum WritePart {
    Part,
}

impl DigestParts {
    #[must_use]
    pub fn of(owner: Owner) -> Self {
        Self {
            owner,
            written: Arc::default(),
        }
    }

    /// The day whose part is to be written now. `None` when this program has written it.
    #[must_use]
    pub fn due(&self, clinic: &Clinic, now: Timestamp) -> Option<DigestDay> {
        let day = clinic.digest_day(now);
        let written = *self.written.lock().unwrap_or_else(PoisonError::into_inner);
        (written != Some(day.date)).then_some(day)
    }

    /// Writes the part of a day, and says whether it did: it may have been there, or come too late. An empty one says that
    /// there is nothing to tell.
    ///
    /// # Errors
    /// When the store does not take it.
    pub async fn write(
        &self,
        outbox: &Outbox,
        day: DigestDay,
        sections: Sections,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let part = StoredPart {
            id: id(self.owner, day.date),
            sections,
            written_at: Moment(now),
            struck: 0,
            merged_at: None,
            expires_at: ExpiresAt::days_after(now, KEPT_DAYS),
        };
        let mut write = Write::of(WHAT);
        write.add(
            WritePart::Part,
            outbox.table().put_new(&key(&part.id), &part)?,
        );
        let is_new = match write.commit(outbox.client()).await {
            Ok(()) => true,
            Err(Uncommitted::Refused(_)) => false,
            Err(error) => return Err(error.into()),
        };
        *self.written.lock().unwrap_or_else(PoisonError::into_inner) = Some(day.date);
        Ok(is_new)
    }
}

impl Outbox {
    /// The part that an owner has written for a date; `None` when it has not.
    ///
    /// # Errors
    /// When the store does not answer, or only another version can read the part.
    pub async fn part(&self, owner: Owner, date: Date) -> Result<Option<StoredPart>, Error> {
        let key = key(&id(owner, date));
        let item = self.table().get(&key, Consistency::Strong).await?;
        item.map(|item| self.read_part(item)).transpose()
    }

    /// The part of a write that notes that a mail was made of a digest's part, on the condition that it is as it was read.
    #[must_use]
    pub fn merge(&self, part: &StoredPart, now: Timestamp) -> Change {
        let merged = "SET merged_at = :now REMOVE sections";
        let change = self.table().update(&key(&part.id), merged);
        change
            .condition("attribute_not_exists(merged_at) AND struck = :struck")
            .value(":struck", part.struck)
            .value(":now", Moment(now))
    }

    /// The part of a write that notes that a digest goes out without an owner's part, on the condition that it still has to:
    /// what comes later comes too late.
    #[must_use]
    pub fn go_without(
        &self,
        owner: Owner,
        date: Date,
        is_unreadable: bool,
        now: Timestamp,
    ) -> Change {
        let missed = "SET merged_at = :now, written_at = if_not_exists(written_at, :now), \
                      expires_at = if_not_exists(expires_at, :expires_at)";
        let change = self.table().update(&key(&id(owner, date)), missed);
        // One that only another version can read is there, and stays as it is.
        let condition = if is_unreadable {
            "attribute_not_exists(merged_at)"
        } else {
            "attribute_not_exists(id)"
        };
        change
            .condition(condition)
            .value(":now", Moment(now))
            .value(":expires_at", ExpiresAt::days_after(now, KEPT_DAYS))
    }

    /// The part of a write that leaves only these sections in a digest's part, on the condition that it is as it was read.
    #[must_use]
    pub fn strike(&self, part: &StoredPart, sections: Sections) -> Change {
        let struck = "SET sections = :sections, struck = :struck + :one";
        let change = self.table().update(&key(&part.id), struck);
        change
            .condition("attribute_not_exists(merged_at) AND struck = :struck")
            .value(":sections", sections)
            .value(":struck", part.struck)
            .value(":one", 1)
    }

    pub(super) fn read_part(&self, item: Item) -> Result<StoredPart, Error> {
        self.table().read(WHAT, item)
    }
}

/// Whether an item of the mail table with this id is a part of a digest.
pub(super) fn is_part(id: &str) -> bool {
    id.starts_with(PARTS)
}

fn id(owner: Owner, date: Date) -> String {
    format!("{PARTS}{date}/{}", owner.name())
}
