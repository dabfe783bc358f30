//! The entries of the waiting list in the Booking table.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use shared::{
    clinic::Clinic,
    guard::{Reason, forget},
    reference::Reference,
    store::{Change, Error, ExpiresAt, Item, Key, Moment, Table, Uncommitted, Write},
    values::{PractitionerId, ServiceId},
};

use super::Bookings;
use crate::{
    booking::Patient,
    context::Context,
    waitlist::{Entry, EntryStatus, Wanted},
};

pub(super) const WHAT: &str = "entry in the waiting list";
pub(super) const PARTITION: &str = "waitlist#";
/// What the sort key begins with. The rest says what they wait for.
const PLACE: &str = "waitlist#";
/// The partition of the index `due` in which those are who wait.
pub(super) const LINE: &str = "waitlist";
/// For how many days an entry is kept after the last day that suits. Its link works as long.
const KEEP_DAYS: u32 = 30;

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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    record: Option<String>,
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
            record: entry.record,
            revision: entry.revision,
            joined_at,
            offered: entry.offered,
            offer: entry.offer,
            queue: waits.then(|| LINE.to_owned()),
            due_at: waits.then_some(joined_at),
            expires_at: ExpiresAt::days_after(clinic.day(entry.to).end, KEEP_DAYS),
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
            record: item.record,
            revision: item.revision,
            joined_at: item.joined_at.0,
            offered: item.offered,
            offer: item.offer,
        }
    }
}

/// The sort key of an entry.
fn place(wanted: &Wanted) -> String {
    let Wanted {
        service,
        practitioner,
        from,
        to,
    } = wanted;
    let with = practitioner.as_ref().map_or("", PractitionerId::as_str);
    format!("{PLACE}{from}#{to}#{service}#{with}")
}

/// What the person waits for whose entry has that sort key. `None` when another version wrote it.
pub(super) fn wanted(place: &str) -> Option<Wanted> {
    let mut parts = place.strip_prefix(PLACE)?.split('#');
    let from = parts.next()?.parse().ok()?;
    let to = parts.next()?.parse().ok()?;
    let service = ServiceId::parse(parts.next()?).ok()?;
    let with = Some(parts.next()?).filter(|with| !with.is_empty());
    let practitioner = with.map(PractitionerId::parse).transpose().ok()?;
    Some(Wanted {
        service,
        practitioner,
        from,
        to,
    })
}

fn key(entry: &Entry) -> Key {
    let partition = format!("{PARTITION}{}", entry.reference);
    Key::pair(WHAT, partition, place(&entry.wanted()))
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
    table.put_new(&key(entry), EntryItem::of(entry, clinic))
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
    let amended = table.amend(&key(before), item(before), item(after))?;
    Ok(amended
        .condition("revision = :revision")
        .value(":revision", before.revision))
}

/// The part of a write that deletes an entry as it was read.
pub(super) fn delete(table: &Table, entry: &Entry) -> Change {
    table
        .delete(&key(entry))
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
        let partition = format!("{PARTITION}{reference}");
        let found = self
            .table
            .query()
            .key_condition_expression("pk = :entry")
            .expression_attribute_values(":entry", AttributeValue::S(partition))
            .consistent_read(true)
            .send()
            .await;
        let found = found.map_err(|error| self.table.failed("Query", WHAT, error))?;
        let Some(item) = found.items.into_iter().flatten().next() else {
            return Ok(None);
        };
        let item: EntryItem = self.table.read(WHAT, item)?;
        Ok((!item.expires_at.is_past(now)).then(|| item.into()))
    }

    /// Stores an entry after somebody has left. Returns whether it was as `before` until then.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(crate) async fn leave(
        &self,
        before: &Entry,
        after: &Entry,
        context: &Context<'_>,
    ) -> Result<bool, Error> {
        let mut write = Write::of(WHAT);
        write.add("entry", amend(&self.table, before, after, &context.clinic)?);
        // Whoever joins again with the same words is on the list again.
        let record = before.record.as_ref();
        let record =
            record.and_then(|record| forget(&self.table, record, before.joined_at, context.now));
        if let Some(record) = record {
            write.add("record", record);
        }
        match write.commit(self.table.client()).await {
            Ok(()) => Ok(true),
            Err(Uncommitted::Refused(_)) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}
