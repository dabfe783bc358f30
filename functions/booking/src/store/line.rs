//! The line: those on the waiting list who wait for a time, the first one first.
//!
//! They are in the index `due`, in a partition of their own whose order is that of the line. It holds their keys only, and
//! the key says what they wait for: whoever waits for something else is not read.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use shared::{
    clinic::Clinic,
    reference::Reference,
    store::{Error, Item, Uncommitted, Write, text},
    values::{PractitionerId, ServiceId},
};

use super::{
    Bookings,
    waitlist::{LINE, PARTITION, PLACE, WHAT, amend},
};
use crate::waitlist::{Entry, EntryStatus, Wanted};

/// How many of those who wait are asked. It bounds what one change of a booking reads.
const MOST: usize = 5_000;
/// How many of those whose days are over leave the line at once.
const AT_ONCE: usize = 25;

/// Somebody in the line, as the index knows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Waiting {
    pub(crate) reference: Reference,
    pub(crate) wanted: Wanted,
    joined_at: Timestamp,
}

impl From<&Entry> for Waiting {
    fn from(entry: &Entry) -> Self {
        Self {
            reference: entry.reference.clone(),
            wanted: entry.wanted(),
            joined_at: entry.joined_at,
        }
    }
}

impl Waiting {
    /// `None` when it cannot be read.
    fn read(item: &Item) -> Option<Self> {
        let reference = text(item, "pk")?.strip_prefix(PARTITION)?;
        Some(Self {
            reference: Reference::parse_waitlist(reference)?,
            wanted: wanted(text(item, "sk")?)?,
            joined_at: text(item, "due_at")?.parse().ok()?,
        })
    }
}

/// The sort key of an entry.
pub(super) fn place(wanted: &Wanted) -> String {
    let Wanted {
        service,
        practitioner,
        from,
        to,
    } = wanted;
    let with = practitioner.as_ref().map_or("", PractitionerId::as_str);
    format!("{PLACE}{from}#{to}#{service}#{with}")
}

fn wanted(place: &str) -> Option<Wanted> {
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

impl Bookings {
    /// Those who wait, the first in line first. Those whose days are over leave the line. The index may lag behind by a
    /// moment: who is asked has to be read first.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(crate) async fn line(
        &self,
        clinic: &Clinic,
        now: Timestamp,
    ) -> Result<Vec<Waiting>, Error> {
        let mut items = self
            .table
            .query()
            .index_name("due")
            .key_condition_expression("queue = :line")
            .expression_attribute_values(":line", AttributeValue::S(LINE.to_owned()))
            .into_paginator()
            .items()
            .send();
        let today = clinic.local_date(now);
        let (mut line, mut over) = (Vec::new(), Vec::new());
        while let Some(item) = items.next().await {
            let item = item.map_err(|error| self.table.failed("Query", WHAT, error))?;
            match Waiting::read(&item) {
                Some(waiting) if waiting.wanted.to < today => over.push(waiting),
                waiting => line.extend(waiting),
            }
            if line.len() >= MOST {
                break;
            }
        }
        self.take_out(&over, clinic).await?;
        line.sort_by(|one, other| {
            let joined = one.joined_at.cmp(&other.joined_at);
            joined.then_with(|| one.reference.cmp(&other.reference))
        });
        Ok(line)
    }

    /// Takes those out of the line whose days are over, a few at a time.
    async fn take_out(&self, over: &[Waiting], clinic: &Clinic) -> Result<(), Error> {
        for waiting in over.iter().take(AT_ONCE) {
            let Some(entry) = self.waits(&waiting.reference, Timestamp::MIN).await? else {
                continue;
            };
            let mut write = Write::of(WHAT);
            write.add("entry", amend(&self.table, &entry, &entry.over(), clinic)?);
            match write.commit(self.table.client()).await {
                Ok(()) | Err(Uncommitted::Refused(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// The entry of that reference, if they still wait. `None` also when another version wrote it: the others do not wait
    /// for it.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(super) async fn waits(
        &self,
        reference: &Reference,
        now: Timestamp,
    ) -> Result<Option<Entry>, Error> {
        match self.find_entry(reference, now).await {
            Ok(found) => Ok(found.filter(|entry| entry.status == EntryStatus::Waiting)),
            Err(Error::Unreadable { .. }) => {
                tracing::error!(waitlist.reference = %reference, "an entry in the waiting list cannot be read");
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }
}
