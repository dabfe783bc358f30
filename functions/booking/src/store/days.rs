//! The practitioner's day: a set of busy five-minute cells that the store itself keeps free of overlap.
//!
//! A booking takes its cells in one conditional write, without reading first; the condition refuses a second
//! booking of any of them.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::{Client, types::AttributeValue};
use futures_util::future::try_join_all;
use jiff::{Timestamp, civil::Date};
use shared::{
    environment::{Environment, MissingVariable},
    store::{Change, Consistency, Error, ExpiresAt, Item, Key, Table, text},
    values::PractitionerId,
};

use crate::{
    booking::Claim,
    time::{Busy, Calendar, Search},
};

const WHAT: &str = "practitioner's day";
const PLACE: &str = "day#";
/// For how many days a day that is over is kept.
const KEEP_DAYS: u32 = 90;

/// Practitioners' days in the Booking table.
#[derive(Clone)]
pub(crate) struct Days {
    table: Table,
}

fn partition(practitioner: &PractitionerId) -> String {
    format!("practitioner#{practitioner}")
}

fn place(date: Date) -> String {
    format!("{PLACE}{date}")
}

fn key(practitioner: &PractitionerId, date: Date) -> Key {
    Key::pair(WHAT, partition(practitioner), place(date))
}

impl Days {
    /// From `BOOKING_TABLE`.
    ///
    /// # Errors
    /// When it is missing.
    pub(crate) fn open(
        client: &Client,
        environment: &Environment,
    ) -> Result<Self, MissingVariable> {
        let table = Table::new(client.clone(), environment.require("BOOKING_TABLE")?);
        Ok(Self::in_table(table))
    }

    pub(super) fn in_table(table: Table) -> Self {
        Self { table }
    }

    /// The part of a write that gives the cells of `old` back and takes those of `new`, on the condition that their day
    /// is as it was read here. `None` when another booking has some of them.
    ///
    /// # Errors
    /// When the store does not answer, or the day cannot be read.
    pub(super) async fn swap(&self, old: &Claim, new: &Claim) -> Result<Option<Change>, Error> {
        let key = key(&new.practitioner, new.date);
        let found = self.table.get(&key, Consistency::Strong).await?;
        let seen = found.as_ref().and_then(|item| item.get("busy")).cloned();
        let busy = match &found {
            Some(item) => day(item).ok_or_else(|| self.table.unreadable(WHAT))?.1,
            None => Busy::default(),
        };
        let Some(swapped) = busy.swapped(old.slot.cells, new.slot.cells) else {
            return Ok(None);
        };
        let swap = self
            .table
            .update(&key, "SET busy = :new, expires_at = :expires_at")
            .value(":expires_at", ExpiresAt::days_after(new.end(), KEEP_DAYS))
            .attribute(":new", numbers(swapped.0.into_iter()));
        Ok(Some(match seen {
            Some(seen) => swap.condition("busy = :seen").attribute(":seen", seen),
            None => swap.condition("attribute_not_exists(busy)"),
        }))
    }

    /// The days that a search asks about, of all its practitioners at once.
    ///
    /// # Errors
    /// When the store does not answer, or holds a day that cannot be read.
    pub(crate) async fn of(&self, search: &Search<'_>) -> Result<Calendar, Error> {
        let practitioners = search.practitioners.iter();
        let queries = practitioners.map(|one| self.of_one(&one.id, search.from, search.to));
        Ok(try_join_all(queries).await?.into_iter().flatten().collect())
    }

    async fn of_one(
        &self,
        practitioner: &PractitionerId,
        from: Date,
        to: Date,
    ) -> Result<Vec<((PractitionerId, Date), Busy)>, Error> {
        let text = |text: String| AttributeValue::S(text);
        let mut pages = self
            .table
            .query()
            .key_condition_expression("pk = :practitioner AND sk BETWEEN :from AND :to")
            .expression_attribute_values(":practitioner", text(partition(practitioner)))
            .expression_attribute_values(":from", text(place(from)))
            .expression_attribute_values(":to", text(place(to)))
            .into_paginator()
            .items()
            .send();
        let mut days = Vec::new();
        while let Some(item) = pages.next().await {
            let item = item.map_err(|error| self.table.failed("Query", WHAT, error))?;
            let (date, busy) = day(&item).ok_or_else(|| self.table.unreadable(WHAT))?;
            days.push(((practitioner.clone(), date), busy));
        }
        Ok(days)
    }
}

fn day(item: &Item) -> Option<(Date, Busy)> {
    let date = text(item, "sk")?.strip_prefix(PLACE)?.parse().ok()?;
    let busy = match item.get("busy") {
        Some(set) => {
            let cells = set.as_ns().ok()?.iter().map(|cell| cell.parse());
            cells.collect::<Result<_, _>>().ok()?
        }
        // DynamoDB removes a set with its last cell.
        None => BTreeSet::new(),
    };
    Some((date, Busy(busy)))
}

/// Whether the day of a claim is still there. To give back cells of one that is gone would make it anew.
pub(super) fn is_kept(claim: &Claim, now: Timestamp) -> bool {
    !ExpiresAt::days_after(claim.end(), KEEP_DAYS).is_past(now)
}

/// The part of a write that takes the cells of a claim, on the condition that all of them are free.
pub(super) fn take(table: &Table, claim: &Claim) -> Change {
    let cells = claim.slot.cells;
    let each = |cell: u16| format!("NOT contains(busy, :c{cell})");
    let all_free: Vec<String> = cells.iter().map(each).collect();
    let expression = "SET expires_at = :expires_at ADD busy :cells";
    let mut taking = table
        .update(&key(&claim.practitioner, claim.date), expression)
        .condition(all_free.join(" AND "))
        .value(":expires_at", ExpiresAt::days_after(claim.end(), KEEP_DAYS))
        .attribute(":cells", numbers(cells.iter()));
    for cell in cells.iter() {
        taking = taking.value(&format!(":c{cell}"), cell);
    }
    taking
}

/// The part of a write that gives the cells of a claim back.
pub(super) fn give_back(table: &Table, claim: &Claim) -> Change {
    table
        .update(&key(&claim.practitioner, claim.date), "DELETE busy :cells")
        .attribute(":cells", numbers(claim.slot.cells.iter()))
}

fn numbers(cells: impl Iterator<Item = u16>) -> AttributeValue {
    AttributeValue::Ns(cells.map(|cell| cell.to_string()).collect())
}
