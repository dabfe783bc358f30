//! The parts of the daily digest in the mail table: each owner writes its own, and the mailer makes one mail of them.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

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
/// How many days a part is kept, so that it is not written again.
const KEPT_DAYS: u32 = 7;

/// A part as it is stored.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StoredPart {
    /// `digest/<date>/<owner>`, with the date at the clinic.
    id: String,
    /// What it tells of. The mailer removes it when it merges the part.
    #[serde(default)]
    pub sections: Sections,
    pub written_at: Moment,
    /// How many times lines were taken out of it.
    #[serde(default)]
    struck: u32,
    /// When the mailer merged it, or skipped it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    merged_at: Option<Moment>,
    expires_at: ExpiresAt,
}

impl StoredPart {
    /// Whether the mailer has merged or skipped it.
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

/// A part that is to be written from what is read after this moment.
#[derive(Clone, Copy, Debug)]
pub struct DuePart {
    pub day: DigestDay,
    /// How many erasures there were by then.
    erasures: u64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum WritePart {
    Part,
    /// That nobody was erased meanwhile.
    Erasures,
}

impl DigestParts {
    #[must_use]
    pub fn of(owner: Owner) -> Self {
        Self {
            owner,
            written: Arc::default(),
        }
    }

    /// The part that is to be written now. `None` when it has been written.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn due(
        &self,
        outbox: &Outbox,
        clinic: &Clinic,
        now: Timestamp,
    ) -> Result<Option<DuePart>, Error> {
        let day = clinic.digest_day(now);
        if *self.lock() == Some(day.date) {
            return Ok(None);
        }
        let id = id(self.owner, day.date);
        if outbox
            .table()
            .get(&key(&id), Consistency::Strong)
            .await?
            .is_some()
        {
            *self.lock() = Some(day.date);
            return Ok(None);
        }
        let erasures = outbox.erasures().await?;
        Ok(Some(DuePart { day, erasures }))
    }

    /// Writes a part, which may be empty, and says whether it did. It does not when the part is there or was skipped, and when
    /// somebody was erased since it was due: then it has to be made anew.
    ///
    /// # Errors
    /// When the store does not take it.
    pub async fn write(
        &self,
        outbox: &Outbox,
        due: DuePart,
        sections: Sections,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let date = due.day.date;
        let part = StoredPart {
            id: id(self.owner, date),
            sections,
            written_at: Moment(now),
            struck: 0,
            merged_at: None,
            expires_at: ExpiresAt::days_after(now, KEPT_DAYS),
        };
        let mut write = Write::of(WHAT);
        let put = outbox.table().put_new(&key(&part.id), &part)?;
        write.add(WritePart::Part, put);
        write.add(WritePart::Erasures, outbox.no_erasure_since(due.erasures));
        match write.commit(outbox.client()).await {
            Ok(()) => {
                *self.lock() = Some(date);
                Ok(true)
            }
            Err(Uncommitted::Refused(_)) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Date>> {
        self.written.lock().unwrap_or_else(PoisonError::into_inner)
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

    /// The part of a write that marks a digest's part as merged, on the condition that it has not changed since it was read.
    #[must_use]
    pub fn merge(&self, part: &StoredPart, now: Timestamp) -> Change {
        let merged = "SET merged_at = :now REMOVE sections";
        let change = self.table().update(&key(&part.id), merged);
        change
            .condition("attribute_not_exists(merged_at) AND struck = :struck")
            .value(":struck", part.struck)
            .value(":now", Moment(now))
    }

    /// The part of a write that marks an owner's part as skipped, on the condition that it is still missing. If it is written
    /// later, it is refused.
    #[must_use]
    pub fn skip_missing(&self, owner: Owner, date: Date, now: Timestamp) -> Change {
        let change = self.skip(owner, date, now);
        change.condition("attribute_not_exists(id)")
    }

    /// The part of a write that marks an owner's part as skipped that only another version can read. The rest of it stays.
    #[must_use]
    pub fn skip_unreadable(&self, owner: Owner, date: Date, now: Timestamp) -> Change {
        let change = self.skip(owner, date, now);
        change.condition("attribute_not_exists(merged_at)")
    }

    fn skip(&self, owner: Owner, date: Date, now: Timestamp) -> Change {
        let skipped = "SET merged_at = :now, written_at = if_not_exists(written_at, :now), \
                       expires_at = if_not_exists(expires_at, :expires_at)";
        let change = self.table().update(&key(&id(owner, date)), skipped);
        change
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
