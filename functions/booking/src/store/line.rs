//! The line: those on the waiting list who wait for a time, the first one first.
//!
//! They are in the index `due`, in a partition of their own whose order is that of the line. The index holds their keys
//! only. A key says what its person waits for, so that the entries of those who wait for something else are not read.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use shared::{
    clinic::Clinic,
    reference::Reference,
    store::{Error, Item, Uncommitted, Write, text},
};

use super::{
    Bookings,
    waitlist::{LINE, PARTITION, WHAT, amend, wanted},
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
    pub(super) joined_at: Timestamp,
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

impl Bookings {
    /// Those who wait, the first in line first. The index may lag behind by a moment: who is asked has to be read first.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(crate) async fn line(
        &self,
        clinic: &Clinic,
        now: Timestamp,
    ) -> Result<Vec<Waiting>, Error> {
        let (line, _) = self.line_and_over(clinic, now).await?;
        Ok(line)
    }

    /// Those who wait, and those whose days are over, who may leave the line.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(super) async fn line_and_over(
        &self,
        clinic: &Clinic,
        now: Timestamp,
    ) -> Result<(Vec<Waiting>, Vec<Waiting>), Error> {
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
        line.sort_by(|one, other| {
            let joined = one.joined_at.cmp(&other.joined_at);
            joined.then_with(|| one.reference.cmp(&other.reference))
        });
        Ok((line, over))
    }

    /// Takes those out of the line whose days are over, a few at a time.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(super) async fn take_out(&self, over: &[Waiting], clinic: &Clinic) -> Result<(), Error> {
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
