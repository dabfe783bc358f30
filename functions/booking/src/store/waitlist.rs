//! The waiting list in the Booking table: its entries, and who is in line.
//!
//! Who waits is in the index `due`, in a partition of its own: the order of the index is that of the line.

use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::future::try_join_all;
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use shared::{
    clinic::Clinic,
    guard::Reason,
    reference::Reference,
    store::{
        Change, Consistency, Error, ExpiresAt, Item, Key, Moment, Table, Uncommitted, Write, text,
    },
    values::{PractitionerId, ServiceId},
};

use super::Bookings;
use crate::{
    booking::Patient,
    time::bounds,
    waitlist::{Entry, EntryStatus},
};

const WHAT: &str = "entry in the waiting list";
const PARTITION: &str = "waitlist#";
const PLACE: &str = "waitlist";
/// The partition of the index `due` in which those are who wait.
const LINE: &str = "waitlist";
/// For how many days an entry is kept after the last day that suits. Its link works as long.
const KEEP_DAYS: u32 = 30;
/// How many of those who wait are looked at. It bounds what one change of a booking reads.
const MOST: i32 = 200;

/// An entry as an item. `due_at` with `queue` is the key of the index `due`.
#[derive(Debug, Serialize, Deserialize)]
struct EntryItem {
    reference: Reference,
    status: EntryStatus,
    service: ServiceId,
    /// Not called `practitioner`, which is the key of the index `agenda`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    with: Option<PractitionerId>,
    from: Date,
    to: Date,
    patient: Patient,
    consent_version: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    suspicions: Vec<Reason>,
    revision: u32,
    joined_at: Moment,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    offered: Vec<Moment>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    offer: Option<Reference>,
    /// [`LINE`] for as long as they wait.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    queue: Option<String>,
    /// The moment at which they joined, while they wait.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    due_at: Option<Moment>,
    expires_at: ExpiresAt,
}

impl EntryItem {
    fn of(entry: &Entry, clinic: &Clinic) -> Self {
        let entry = entry.clone();
        let waits = entry.status == EntryStatus::Waiting;
        let joined_at = Moment(entry.joined_at);
        Self {
            reference: entry.reference,
            status: entry.status,
            service: entry.service,
            with: entry.practitioner,
            from: entry.from,
            to: entry.to,
            patient: entry.patient,
            consent_version: entry.consent_version,
            suspicions: entry.suspicions,
            revision: entry.revision,
            joined_at,
            offered: entry.offered,
            offer: entry.offer,
            queue: waits.then(|| LINE.to_owned()),
            due_at: waits.then_some(joined_at),
            expires_at: ExpiresAt::days_after(bounds(entry.to, clinic).1, KEEP_DAYS),
        }
    }
}

impl From<EntryItem> for Entry {
    fn from(item: EntryItem) -> Self {
        Self {
            reference: item.reference,
            status: item.status,
            service: item.service,
            practitioner: item.with,
            from: item.from,
            to: item.to,
            patient: item.patient,
            consent_version: item.consent_version,
            suspicions: item.suspicions,
            revision: item.revision,
            joined_at: item.joined_at.0,
            offered: item.offered,
            offer: item.offer,
        }
    }
}

fn key(reference: &Reference) -> Key {
    Key::pair(WHAT, format!("{PARTITION}{reference}"), PLACE)
}

/// Whether a partition holds an entry.
pub(super) fn is_entry(partition: &str) -> bool {
    partition.starts_with(PARTITION)
}

/// The part of a write that stores a new entry.
///
/// # Errors
/// When it cannot be written as attributes.
pub(super) fn put_new(table: &Table, entry: &Entry, clinic: &Clinic) -> Result<Change, Error> {
    table.put_new(&key(&entry.reference), EntryItem::of(entry, clinic))
}

/// The part of a write that makes `after` of an entry that was read as `before`.
///
/// # Errors
/// When it cannot be written as attributes.
pub(super) fn amend(
    table: &Table,
    before: &Entry,
    after: &Entry,
    clinic: &Clinic,
) -> Result<Change, Error> {
    let item = |entry| EntryItem::of(entry, clinic);
    let amended = table.amend(&key(&before.reference), item(before), item(after))?;
    Ok(amended
        .condition("revision = :revision")
        .value(":revision", before.revision))
}

/// The part of a write that deletes an entry as it was read.
pub(super) fn delete(table: &Table, entry: &Entry) -> Change {
    table
        .delete(&key(&entry.reference))
        .condition("revision = :revision")
        .value(":revision", entry.revision)
}

/// Reads an item as an entry.
///
/// # Errors
/// When it cannot be read.
pub(super) fn read(table: &Table, item: Item) -> Result<Entry, Error> {
    let item: EntryItem = table.read(WHAT, item)?;
    Ok(item.into())
}

impl Bookings {
    /// The entry of that reference. An expired one counts as gone.
    ///
    /// # Errors
    /// When the store does not answer, or the item cannot be read.
    pub(crate) async fn find_entry(
        &self,
        reference: &Reference,
        now: Timestamp,
    ) -> Result<Option<Entry>, Error> {
        let found: Option<EntryItem> = self
            .table
            .find(&key(reference), Consistency::Strong)
            .await?;
        let live = found.filter(|item| !item.expires_at.is_past(now));
        Ok(live.map(Entry::from))
    }

    /// Stores an entry after somebody has left. Returns whether it was as `before` until then.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(crate) async fn leave(
        &self,
        before: &Entry,
        after: &Entry,
        clinic: &Clinic,
    ) -> Result<bool, Error> {
        let mut write = Write::of(WHAT);
        write.add("entry", amend(&self.table, before, after, clinic)?);
        match write.commit(self.table.client()).await {
            Ok(()) => Ok(true),
            Err(Uncommitted::Refused(_)) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Those who wait, the first in line first. The index may lag behind by a moment.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(crate) async fn line(&self, clinic: &Clinic, now: Timestamp) -> Result<Vec<Entry>, Error> {
        let today = clinic.local_date(now);
        let page = self
            .table
            .query()
            .index_name("due")
            .key_condition_expression("queue = :line")
            .expression_attribute_values(":line", AttributeValue::S(LINE.to_owned()))
            .limit(MOST)
            .send();
        let page = page
            .await
            .map_err(|error| self.table.failed("Query", WHAT, error))?;
        let references = page.items().iter().filter_map(|item| {
            let partition = text(item, "pk")?.strip_prefix(PARTITION)?;
            Reference::parse_waitlist(partition)
        });
        let references: Vec<Reference> = references.collect();
        let found = references.iter().map(|one| self.find_entry(one, now));
        let mut line: Vec<Entry> = try_join_all(found).await?.into_iter().flatten().collect();
        line.retain(|entry| entry.is_waiting(today));
        line.sort_by_key(|entry| (entry.joined_at, entry.reference.clone()));
        Ok(line)
    }
}
