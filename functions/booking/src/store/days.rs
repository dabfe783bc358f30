//! The day of a practitioner or a room: a set of busy five-minute cells that the store itself keeps free of overlap, and
//! the time off that reaches into it.
//!
//! A booking takes its cells in one conditional write, without reading first; the condition refuses a second booking of
//! any of them, and any on a day with time off. Such a day comes back with the refusal, and the booking is written again
//! on the condition that its time off is still the same.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_dynamodb::{Client, types::AttributeValue};
use futures_util::future::try_join_all;
use jiff::{Timestamp, civil::Date};
use shared::{
    environment::{Environment, MissingVariable},
    store::{Change, Consistency, Error, ExpiresAt, Item, Key, Part, Refusals, Table, text},
};

use crate::{
    booking::Claim,
    time::{Busy, Calendar, Cells, Off, Owner, Search},
};

const WHAT: &str = "day";
const PLACE: &str = "day#";
/// For how many days a day that is over is kept.
const KEEP_DAYS: u32 = 90;

/// Whose time a part of a write is about. A claim has at most one of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Whose {
    Practitioner,
    Room,
}

impl Whose {
    pub(super) fn of(owner: &Owner) -> Self {
        match owner {
            Owner::Practitioner(_) => Self::Practitioner,
            Owner::Room(_) => Self::Room,
        }
    }
}

/// The days of practitioners and rooms in the Booking table.
#[derive(Clone)]
pub(crate) struct Days {
    table: Table,
}

fn place(date: Date) -> String {
    format!("{PLACE}{date}")
}

fn key(owner: &Owner, date: Date) -> Key {
    Key::pair(WHAT, owner.to_string(), place(date))
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
    /// is as it was read here. `None` when something else is in the way of `new`.
    ///
    /// # Errors
    /// When the store does not answer, or the day cannot be read.
    pub(super) async fn swap(
        &self,
        owner: &Owner,
        old: &Claim,
        new: &Claim,
    ) -> Result<Option<Change>, Error> {
        let key = key(owner, new.date);
        let found = self.table.get(&key, Consistency::Strong).await?;
        let found = found.unwrap_or_default();
        let mut busy = busy(&found).ok_or_else(|| self.table.unreadable(WHAT))?;
        busy.give_back(old.slot.cells);
        if !busy.leaves_free(&new.slot) {
            return Ok(None);
        }
        busy.take(new.slot.cells);
        let mut swap = self
            .table
            .update(&key, "SET busy = :new, expires_at = :expires_at")
            .value(":expires_at", ExpiresAt::days_after(new.end(), KEEP_DAYS))
            .attribute(":new", numbers(busy.cells()));
        let mut unchanged = Vec::new();
        for name in ["busy", "off"] {
            let seen = format!(":{name}");
            match found.get(name) {
                Some(value) => {
                    swap = swap.attribute(&seen, value.clone());
                    unchanged.push(format!("{name} = {seen}"));
                }
                None => unchanged.push(format!("attribute_not_exists({name})")),
            }
        }
        Ok(Some(swap.condition(unchanged.join(" AND "))))
    }

    /// The days that a search asks about, of all its practitioners and rooms at once.
    ///
    /// # Errors
    /// When the store does not answer, or holds a day that cannot be read.
    pub(crate) async fn of(&self, search: &Search<'_>) -> Result<Calendar, Error> {
        let (from, to) = (search.from, search.to);
        let queries = search
            .owners()
            .map(|one| self.of_one(one, from, to, Consistency::Eventual));
        Ok(try_join_all(queries).await?.into_iter().flatten().collect())
    }

    /// The days of one owner.
    ///
    /// # Errors
    /// When the store does not answer, or holds a day that cannot be read.
    pub(super) async fn of_one(
        &self,
        owner: Owner,
        from: Date,
        to: Date,
        consistency: Consistency,
    ) -> Result<Vec<((Owner, Date), Busy)>, Error> {
        let text_of = |text: String| AttributeValue::S(text);
        let mut pages = self
            .table
            .query()
            .key_condition_expression("pk = :owner AND sk BETWEEN :from AND :to")
            .projection_expression("sk, busy, off")
            .expression_attribute_values(":owner", text_of(owner.to_string()))
            .expression_attribute_values(":from", text_of(place(from)))
            .expression_attribute_values(":to", text_of(place(to)))
            .consistent_read(consistency == Consistency::Strong)
            .into_paginator()
            .items()
            .send();
        let mut days = Vec::new();
        while let Some(item) = pages.next().await {
            let item = item.map_err(|error| self.table.failed("Query", WHAT, error))?;
            let unreadable = || self.table.unreadable(WHAT);
            let date = text(&item, "sk").and_then(|place| place.strip_prefix(PLACE)?.parse().ok());
            let day = (owner.clone(), date.ok_or_else(unreadable)?);
            days.push((day, busy(&item).ok_or_else(unreadable)?));
        }
        Ok(days)
    }
}

/// `None` when it cannot be read. `DynamoDB` removes a set with its last member.
fn busy(item: &Item) -> Option<Busy> {
    let mut busy = Busy::default();
    if let Some(cells) = item.get("busy") {
        for cell in cells.as_ns().ok()? {
            let cell = cell.parse().ok()?;
            busy.take(Cells::between(cell, cell + 1));
        }
    }
    busy.off = item.get("off").map_or(Some(BTreeSet::new()), off)?;
    Some(busy)
}

fn off(set: &AttributeValue) -> Option<BTreeSet<Off>> {
    let entries = set.as_ss().ok()?.iter();
    entries.map(|entry| Off::parse(entry)).collect()
}

/// Whether the day of a claim is still there. To give back cells of one that is gone would make it anew.
pub(super) fn is_kept(claim: &Claim, now: Timestamp) -> bool {
    !ExpiresAt::days_after(claim.end(), KEEP_DAYS).is_past(now)
}

/// What somebody who wants a time has learned of its days, from refusals.
#[derive(Default)]
pub(super) struct Learned {
    /// The time off of a day, as it was seen.
    off: BTreeMap<(Owner, Date), AttributeValue>,
}

impl Learned {
    /// Those whose days have refused the claim because something is in its way. When there is nobody, the claim can be
    /// tried again: what their days are like is known now. `part` is the name of the part that takes the time of one.
    ///
    /// # Errors
    /// When a day cannot be read.
    pub(super) fn obstructing<P: Part>(
        &mut self,
        claim: &Claim,
        refused: &Refusals<P>,
        part: impl Fn(Whose) -> P,
        table: &Table,
    ) -> Result<Vec<Owner>, Error> {
        let mut obstructing = Vec::new();
        for owner in claim.owners() {
            let part = part(Whose::of(&owner));
            if !refused.by(part) {
                continue;
            }
            let none = Item::new();
            let day = refused.old(part).unwrap_or(&none);
            let busy = busy(day).ok_or_else(|| table.unreadable(WHAT))?;
            let at = (owner.clone(), claim.date);
            match day.get("off") {
                Some(off) => self.off.insert(at, off.clone()),
                None => self.off.remove(&at),
            };
            if !busy.leaves_free(&claim.slot) {
                obstructing.push(owner);
            }
        }
        Ok(obstructing)
    }

    /// The part of a write that takes the owner's cells of a claim, on the condition that all of them are free, and that
    /// the day has no time off but what was seen.
    pub(super) fn take(&self, table: &Table, claim: &Claim, owner: &Owner) -> Change {
        let cells = claim.slot.cells;
        let each = |cell: u16| format!("NOT contains(busy, :c{cell})");
        let mut conditions: Vec<String> = cells.iter().map(each).collect();
        let expression = "SET expires_at = :expires_at ADD busy :cells";
        let mut taking = table
            .update(&key(owner, claim.date), expression)
            .value(":expires_at", ExpiresAt::days_after(claim.end(), KEEP_DAYS))
            .attribute(":cells", numbers(cells.iter()))
            .returning_old();
        for cell in cells.iter() {
            taking = taking.value(&format!(":c{cell}"), cell);
        }
        match self.off.get(&(owner.clone(), claim.date)) {
            Some(seen) => {
                conditions.push("off = :seen".to_owned());
                taking = taking.attribute(":seen", seen.clone());
            }
            None => conditions.push("attribute_not_exists(off)".to_owned()),
        }
        taking.condition(conditions.join(" AND "))
    }
}

/// The part of a write that gives the owner's cells of a claim back.
pub(super) fn give_back(table: &Table, claim: &Claim, owner: &Owner) -> Change {
    table
        .update(&key(owner, claim.date), "DELETE busy :cells")
        .attribute(":cells", numbers(claim.slot.cells.iter()))
}

/// What is done to the time off of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OffChange {
    Add,
    Remove,
}

/// The part of a write that adds time off to a day, or takes it away.
pub(super) fn change_off(
    table: &Table,
    owner: &Owner,
    date: Date,
    end_of_day: Timestamp,
    (change, off): (OffChange, &Off),
) -> Change {
    let verb = match change {
        OffChange::Add => "ADD",
        OffChange::Remove => "DELETE",
    };
    let expression = format!("SET expires_at = :expires_at {verb} off :off");
    table
        .update(&key(owner, date), expression)
        .value(":expires_at", ExpiresAt::days_after(end_of_day, KEEP_DAYS))
        .attribute(":off", AttributeValue::Ss(vec![off.to_string()]))
}

fn numbers(cells: impl Iterator<Item = u16>) -> AttributeValue {
    AttributeValue::Ns(cells.map(|cell| cell.to_string()).collect())
}
