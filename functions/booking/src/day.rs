//! The practitioner day: a set of busy five-minute cells that the store itself keeps free of
//! overlap.
//!
//! Cells are counted from local midnight in elapsed time. A booking takes its cells in one
//! conditional write, without reading first; whoever comes second is refused by the condition.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_dynamodb::{
    Client,
    types::{AttributeValue, TransactWriteItem, Update},
};
use futures_util::future::try_join_all;
use jiff::{SignedDuration, Timestamp, civil::Date};
use shared::{
    stored::ExpiresAt,
    transaction::{Item, StoreError, update},
};

/// The length of a cell.
pub(crate) const CELL: SignedDuration = SignedDuration::from_mins(5);
/// For how long a day that is over is kept.
const KEEP_DAYS: u32 = 90;

/// Consecutive cells of one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cells {
    first: u16,
    /// One after the last.
    end: u16,
}

impl Cells {
    pub(crate) fn between(first: u16, end: u16) -> Self {
        Self { first, end }
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = u16> {
        self.first..self.end
    }

    pub(crate) fn first(self) -> u16 {
        self.first
    }

    pub(crate) fn end(self) -> u16 {
        self.end
    }
}

/// The busy cells of a day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Busy(BTreeSet<u16>);

impl Busy {
    pub(crate) fn leaves_free(&self, cells: Cells) -> bool {
        self.0.range(cells.first..cells.end).next().is_none()
    }

    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }
}

/// The days of all practitioners, by practitioner and date. One that is not there is free.
pub(crate) type Calendar = BTreeMap<(String, Date), Busy>;

/// Practitioner days in the Booking table.
#[derive(Clone)]
pub(crate) struct Days {
    client: Client,
    table: String,
}

fn partition(practitioner: &str) -> String {
    format!("practitioner#{practitioner}")
}

fn sort(date: Date) -> String {
    format!("day#{date}")
}

impl Days {
    pub(crate) fn new(client: Client, table: &str) -> Self {
        Self {
            client,
            table: table.to_owned(),
        }
    }

    /// The days of these practitioners from `from` to `to`, both included.
    ///
    /// # Errors
    /// When the store does not answer, or holds a day that cannot be read.
    pub(crate) async fn read(
        &self,
        practitioners: impl Iterator<Item = &str>,
        from: Date,
        to: Date,
    ) -> Result<Calendar, StoreError> {
        let queries = practitioners.map(|practitioner| self.of_one(practitioner, from, to));
        Ok(try_join_all(queries).await?.into_iter().flatten().collect())
    }

    async fn of_one(
        &self,
        practitioner: &str,
        from: Date,
        to: Date,
    ) -> Result<Vec<((String, Date), Busy)>, StoreError> {
        let mut pages = self
            .client
            .query()
            .table_name(&self.table)
            .key_condition_expression("pk = :practitioner AND sk BETWEEN :from AND :to")
            .expression_attribute_values(
                ":practitioner",
                AttributeValue::S(partition(practitioner)),
            )
            .expression_attribute_values(":from", AttributeValue::S(sort(from)))
            .expression_attribute_values(":to", AttributeValue::S(sort(to)))
            .into_paginator()
            .items()
            .send();
        let mut days = Vec::new();
        while let Some(item) = pages.next().await {
            let item = item.map_err(|error| StoreError::new("Query", &error))?;
            let (date, busy) = day(&item).ok_or(StoreError::unreadable("practitioner day"))?;
            days.push(((practitioner.to_owned(), date), busy));
        }
        Ok(days)
    }
}

fn day(item: &Item) -> Option<(Date, Busy)> {
    let date = item
        .get("sk")?
        .as_s()
        .ok()?
        .strip_prefix("day#")?
        .parse()
        .ok()?;
    let busy = match item.get("busy") {
        Some(set) => set
            .as_ns()
            .ok()?
            .iter()
            .map(|cell| cell.parse())
            .collect::<Result<_, _>>()
            .ok()?,
        // A set whose last cell was given back is not stored at all.
        None => BTreeSet::new(),
    };
    Some((date, Busy(busy)))
}

/// Takes the cells of a day, if all of them are free.
///
/// # Errors
/// When the update cannot be built.
pub(crate) fn take(
    table: &str,
    practitioner: &str,
    date: Date,
    cells: Cells,
    ends: Timestamp,
) -> Result<TransactWriteItem, StoreError> {
    let each = |cell: u16| format!("NOT contains(busy, :c{cell})");
    let all_free: Vec<String> = cells.iter().map(each).collect();
    let expires_at = serde_dynamo::to_attribute_value(ExpiresAt::days_after(ends, KEEP_DAYS))
        .map_err(|error| StoreError::new("UpdateItem", &error))?;
    let numbers = cells.iter().map(|cell| cell.to_string()).collect();
    let mut taking = Update::builder()
        .table_name(table)
        .key("pk", AttributeValue::S(partition(practitioner)))
        .key("sk", AttributeValue::S(sort(date)))
        .update_expression("SET expires_at = :expires_at ADD busy :cells")
        .condition_expression(all_free.join(" AND "))
        .expression_attribute_values(":expires_at", expires_at)
        .expression_attribute_values(":cells", AttributeValue::Ns(numbers));
    for cell in cells.iter() {
        taking = taking
            .expression_attribute_values(format!(":c{cell}"), AttributeValue::N(cell.to_string()));
    }
    taking
        .build()
        .map(update)
        .map_err(|error| StoreError::new("UpdateItem", &error))
}

/// Gives the cells of a day back.
///
/// # Errors
/// When the update cannot be built.
pub(crate) fn give_back(
    table: &str,
    practitioner: &str,
    date: Date,
    cells: Cells,
) -> Result<TransactWriteItem, StoreError> {
    let numbers = cells.iter().map(|cell| cell.to_string()).collect();
    Update::builder()
        .table_name(table)
        .key("pk", AttributeValue::S(partition(practitioner)))
        .key("sk", AttributeValue::S(sort(date)))
        .update_expression("DELETE busy :cells")
        .expression_attribute_values(":cells", AttributeValue::Ns(numbers))
        .build()
        .map(update)
        .map_err(|error| StoreError::new("UpdateItem", &error))
}
