//! Practitioners' time off: an item of its own, which says how far it has come, and an entry on each of its days.
//!
//! It is written in this order: the item, its days, the item again. Whatever breaks off is taken up by the next sweep, from
//! the item: to write a day again changes nothing.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date};
use serde::{Deserialize, Serialize};
use shared::{
    clinic::Clinic,
    reference::Reference,
    store::{Change, Consistency, Error, ExpiresAt, Key, Moment, Uncommitted, Write},
    values::PractitionerId,
};

use super::{
    Bookings, Days,
    days::{OffChange, change_off},
    item::QUEUE,
};
use crate::time::{Off, Stage, TellsPatients, TimeOff};

const WHAT: &str = "time off";
/// All time off is in one partition: a clinic has little of it, and lists it as a whole.
pub(super) const PARTITION: &str = "time-off";
/// For how many days it is kept after it is over, or was taken back.
const KEEP_DAYS: u32 = 90;
/// How many days are written at the same time.
const AT_ONCE: usize = 8;
/// How long a command may work on a time off before the sweep takes over.
const ALONE: SignedDuration = SignedDuration::from_mins(3);
#[derive(Clone, Copy, Debug, PartialEq)]
enum Part {
    Item,
    Day,
    /// What is written with the item.
    Along,
}

#[derive(Debug, Serialize, Deserialize)]
struct TimeOffItem {
    id: Reference,
    /// Not called `practitioner`, which is the key of the index `agenda`.
    of: PractitionerId,
    from: Moment,
    to: Moment,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    stage: Stage,
    revision: u32,
    tells_patients: TellsPatients,
    /// With `due_at`, the key of the index `due`, while something is left to do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    queue: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    due_at: Option<Moment>,
    expires_at: ExpiresAt,
}

/// When the sweep has to look at a time off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LookAgain {
    /// After [`ALONE`], if it has made no progress.
    Later,
    Now,
    Never,
}

impl TimeOffItem {
    fn of(time_off: &TimeOff, due: LookAgain, now: Timestamp) -> Self {
        let time_off = time_off.clone();
        let over = if time_off.stage == Stage::Removed {
            now
        } else {
            time_off.off.to.max(now)
        };
        let due_at = match due {
            LookAgain::Later => Some(now + ALONE),
            LookAgain::Now => Some(now),
            LookAgain::Never => None,
        };
        Self {
            id: time_off.off.id,
            of: time_off.practitioner,
            from: Moment(time_off.off.from),
            to: Moment(time_off.off.to),
            reason: time_off.reason,
            stage: time_off.stage,
            revision: time_off.revision,
            tells_patients: time_off.tells_patients,
            queue: due_at.map(|_| QUEUE.to_owned()),
            due_at: due_at.map(Moment),
            expires_at: ExpiresAt::days_after(over, KEEP_DAYS),
        }
    }
}

impl From<TimeOffItem> for TimeOff {
    fn from(item: TimeOffItem) -> Self {
        Self {
            practitioner: item.of,
            off: Off {
                id: item.id,
                from: item.from.0,
                to: item.to.0,
            },
            reason: item.reason,
            stage: item.stage,
            revision: item.revision,
            tells_patients: item.tells_patients,
        }
    }
}

fn key(id: &Reference) -> Key {
    Key::pair(WHAT, PARTITION, id.as_str())
}

impl Bookings {
    /// All time off that was not taken back, the first one first. It may be over.
    ///
    /// # Errors
    /// When the store does not answer, or an item cannot be read.
    pub(crate) async fn all_time_off(&self, now: Timestamp) -> Result<Vec<TimeOff>, Error> {
        let mut items = self
            .table
            .query()
            .key_condition_expression("pk = :partition")
            .expression_attribute_values(":partition", AttributeValue::S(PARTITION.to_owned()))
            .consistent_read(true)
            .into_paginator()
            .items()
            .send();
        let mut all: Vec<TimeOff> = Vec::new();
        while let Some(item) = items.next().await {
            let item = item.map_err(|error| self.table.failed("Query", WHAT, error))?;
            let item: TimeOffItem = self.table.read(WHAT, item)?;
            if !item.expires_at.is_past(now) && item.stage != Stage::Removed {
                all.push(item.into());
            }
        }
        all.sort_by_key(|one| one.off.from);
        Ok(all)
    }

    /// The time off of that id, also one that was taken back.
    ///
    /// # Errors
    /// When the store does not answer, or the item cannot be read.
    pub(crate) async fn find_time_off(&self, id: &Reference) -> Result<Option<TimeOff>, Error> {
        let found: Option<TimeOffItem> = self.table.find(&key(id), Consistency::Strong).await?;
        Ok(found.map(TimeOff::from))
    }

    /// Stores a new time off, and who has added it.
    ///
    /// # Errors
    /// When the store does not take it.
    pub(crate) async fn begin_time_off(
        &self,
        time_off: &TimeOff,
        entry: Change,
        now: Timestamp,
    ) -> Result<(), Error> {
        let item = TimeOffItem::of(time_off, LookAgain::Later, now);
        let mut write = Write::of(WHAT);
        write.add(Part::Item, self.table.put_new(&key(time_off.id()), item)?);
        write.add(Part::Along, entry);
        Ok(write.commit(self.table.client()).await?)
    }

    /// Stores how far a time off has come, and what goes `along` with that. Returns whether it was as `before` until then;
    /// nothing is stored otherwise.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(crate) async fn advance_time_off(
        &self,
        before: &TimeOff,
        after: &TimeOff,
        (look, now): (LookAgain, Timestamp),
        along: Vec<Change>,
    ) -> Result<bool, Error> {
        let after = TimeOff {
            revision: before.revision + 1,
            ..after.clone()
        };
        // What is in the index is always written anew, or removed.
        let mut stored = TimeOffItem::of(before, LookAgain::Now, now);
        (stored.queue, stored.due_at) = (Some(String::new()), Some(Moment(Timestamp::MIN)));
        let item = TimeOffItem::of(&after, look, now);
        let mut amended = self.table.amend(&key(after.id()), stored, item)?;
        amended = amended
            .condition("revision = :revision")
            .value(":revision", before.revision);
        let mut write = Write::of(WHAT);
        write.add(Part::Item, amended);
        for change in along {
            write.add(Part::Along, change);
        }
        match write.commit(self.table.client()).await {
            Ok(()) => Ok(true),
            Err(Uncommitted::Refused(refused)) if refused.by(Part::Item) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Writes a time off to its days, or takes it off them: to those that are not as they should be, so that it can go on
    /// where it broke off.
    ///
    /// # Errors
    /// When the store does not take all of them.
    pub(crate) async fn spread(
        &self,
        time_off: &TimeOff,
        change: OffChange,
        clinic: &Clinic,
    ) -> Result<(), Error> {
        let (first, last) = time_off.days(clinic);
        let owner = time_off.owner();
        let days = Days::in_table(self.table.clone());
        let days = days.of_one(owner.clone(), first, last, Consistency::Strong);
        let days = days.await?.into_iter();
        let have = days.filter(|(_, busy)| busy.off.contains(&time_off.off));
        let have: BTreeSet<Date> = have.map(|((_, date), _)| date).collect();
        let all = first.series(1.day()).take_while(|date| *date <= last);
        let should_have = change == OffChange::Add;
        let left = all.filter(|date| have.contains(date) != should_have);
        let writes = left.map(|date| {
            let end = clinic.day(date).end;
            let day = change_off(&self.table, &owner, date, end, (change, &time_off.off));
            let mut write = Write::of(WHAT);
            write.add(Part::Day, day);
            async { write.commit(self.table.client()).await }
        });
        let mut written = stream::iter(writes).buffer_unordered(AT_ONCE);
        while written.try_next().await?.is_some() {}
        Ok(())
    }
}
