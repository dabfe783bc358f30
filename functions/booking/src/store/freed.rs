//! Time that has become free, noted in the write that freed it until the waiting list was asked about it.

use jiff::{SignedDuration, Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use shared::{
    reference::Reference,
    store::{Change, Consistency, Error, ExpiresAt, Key, Moment, Table, Uncommitted, Write},
};

use super::{Bookings, item::QUEUE};
use crate::waitlist::Entry;

const WHAT: &str = "note of free time";
pub(super) const PARTITION: &str = "freed#";
/// How long a new entry may be missing in the index.
const UNTIL_INDEXED: SignedDuration = SignedDuration::from_secs(10);
/// How long functions may work with the clinic of before.
const UNTIL_READ: SignedDuration = SignedDuration::from_mins(2);
/// For how many days a note is kept that nobody has looked at.
const KEEP_DAYS: u32 = 7;

/// Days on which time has become free.
#[derive(Clone, Debug)]
pub(crate) struct Freed {
    /// What has freed it: a booking, a time off, or new hours under a reference of their own. An entry in the waiting list
    /// stands for what was freed while somebody joined: only they are asked.
    pub(crate) by: Reference,
    /// The revision of the booking that has freed it.
    pub(crate) revision: u32,
    pub(crate) from: Date,
    /// The last of the days.
    pub(crate) to: Date,
    /// When the last of those joined who were asked about it. `None` when nobody was asked yet.
    pub(crate) asked: Option<Timestamp>,
}

#[derive(Debug, Serialize, Deserialize)]
struct FreedItem {
    from: Date,
    to: Date,
    /// With `due_at`, until the waiting list was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    queue: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    due_at: Option<Moment>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    asked: Option<Moment>,
    expires_at: ExpiresAt,
}

fn key(by: &Reference, revision: u32) -> Key {
    Key::pair(WHAT, format!("{PARTITION}{by}"), revision.to_string())
}

/// The part of a write that notes what it frees.
///
/// # Errors
/// When it cannot be written as attributes.
pub(super) fn note(table: &Table, freed: &Freed, now: Timestamp) -> Result<Change, Error> {
    let item = FreedItem {
        from: freed.from,
        to: freed.to,
        queue: Some(QUEUE.to_owned()),
        due_at: Some(Moment(now)),
        asked: None,
        expires_at: ExpiresAt::days_after(now, KEEP_DAYS),
    };
    table.put(&key(&freed.by, freed.revision), item)
}

impl Bookings {
    /// The part of a write that notes what it frees.
    ///
    /// # Errors
    /// When it cannot be written as attributes.
    pub(crate) fn note_freed(&self, freed: &Freed, now: Timestamp) -> Result<Change, Error> {
        note(&self.table, freed, now)
    }

    /// The part of a write by which somebody waits from now on. They are asked a moment later about all of their days: what
    /// was freed before went to others, and what is freed meanwhile does not find them in the index yet.
    ///
    /// # Errors
    /// When it cannot be written as attributes.
    pub(super) fn look_at(&self, entry: &Entry, now: Timestamp) -> Result<Change, Error> {
        let settled = now.saturating_add(UNTIL_INDEXED).unwrap_or(now);
        note(&self.table, &Freed::of_entry(entry), settled)
    }

    /// Notes that somebody is to be asked later: they were offered enough for now.
    ///
    /// # Errors
    /// When the store does not take it.
    pub(super) async fn look_later_at(&self, entry: &Entry, at: Timestamp) -> Result<(), Error> {
        let mut write = Write::of(WHAT);
        write.add("note", note(&self.table, &Freed::of_entry(entry), at)?);
        Ok(write.commit(self.table.client()).await?)
    }

    /// Notes that new hours may free something on these days, as soon as they are read everywhere.
    ///
    /// # Errors
    /// When the store does not take it.
    pub(crate) async fn note_hours(
        &self,
        from: Date,
        to: Date,
        now: Timestamp,
    ) -> Result<(), Error> {
        let freed = Freed {
            by: Reference::time_off(),
            revision: 0,
            from,
            to,
            asked: None,
        };
        let mut write = Write::of(WHAT);
        let read = now.saturating_add(UNTIL_READ).unwrap_or(now);
        write.add("note", note(&self.table, &freed, read)?);
        Ok(write.commit(self.table.client()).await?)
    }

    /// What was freed by that revision of a booking, or by a time off that was taken back, while nobody has looked at it.
    ///
    /// # Errors
    /// When the store does not answer, or the item cannot be read.
    pub(crate) async fn freed(&self, by: Reference, revision: u32) -> Result<Option<Freed>, Error> {
        let key = key(&by, revision);
        let found: Option<FreedItem> = self.table.find(&key, Consistency::Strong).await?;
        let open = found.filter(|item| item.queue.is_some());
        Ok(open.map(|item| Freed {
            by,
            revision,
            from: item.from,
            to: item.to,
            asked: item.asked.map(|asked| asked.0),
        }))
    }

    /// Keeps the note until the next sweep, which goes on behind the last who was asked.
    ///
    /// # Errors
    /// When the store does not take it.
    pub(super) async fn go_on_later(
        &self,
        freed: &Freed,
        asked: Timestamp,
        now: Timestamp,
    ) -> Result<(), Error> {
        let later = self
            .table
            .update(
                &key(&freed.by, freed.revision),
                "SET asked = :asked, due_at = :now",
            )
            .condition("attribute_exists(queue)")
            .value(":asked", Moment(asked))
            .value(":now", Moment(now));
        written(later, &self.table).await
    }

    /// The waiting list was asked about it: the note is put away.
    ///
    /// # Errors
    /// When the store does not take it.
    pub(crate) async fn put_away(&self, freed: &Freed, now: Timestamp) -> Result<(), Error> {
        let expression = "SET expires_at = :expires_at REMOVE queue, due_at";
        let away = self
            .table
            .update(&key(&freed.by, freed.revision), expression)
            .condition("attribute_exists(queue)")
            .value(":expires_at", ExpiresAt::days_after(now, 1));
        written(away, &self.table).await
    }
}

/// Changes a note, unless somebody else has put it away.
async fn written(change: Change, table: &Table) -> Result<(), Error> {
    let mut write = Write::of(WHAT);
    write.add("note", change);
    match write.commit(table.client()).await {
        Ok(()) | Err(Uncommitted::Refused(_)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

impl Freed {
    /// Their days, for somebody who waits.
    fn of_entry(entry: &Entry) -> Self {
        Self {
            by: entry.reference.clone(),
            revision: entry.revision,
            from: entry.from,
            to: entry.to,
            asked: None,
        }
    }
}
