//! The audit trail: who saw or changed what about people, and when. Entries are only ever added; no
//! code here changes one.
//!
//! An entry names references and counts, nothing of the people themselves. Entries are items of the table that they
//! are about, or of the Contact table, in a partition for each month (UTC).

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::{Timestamp, Zoned, civil::Date, tz::TimeZone};
use serde::{Deserialize, Serialize};

use crate::{
    reference::random_u64,
    store::{Change, Error, ExpiresAt, Item, Key, Moment, Table, is_past, text},
};

const WHAT: &str = "audit entry";

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// Somebody at the clinic, by a signed link from a mail.
    StaffLink,
    /// Somebody with the operators' program, by their login name there.
    Operator(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    Read,
    /// Released a message from quarantine.
    Released,
    /// Marked a message as done.
    Handled,
    /// Put a message back that was marked as done.
    Reopened,
    /// Marked a message as spam.
    MarkedSpam,
    /// Confirmed somebody's request for an appointment.
    Confirmed,
    /// Declined somebody's request for an appointment.
    Declined,
    /// Proposed other starts for a booking.
    Proposed,
    /// Noted that a patient did not come.
    MarkedNoShow,
    /// Added a practitioner's time off.
    AddedTimeOff,
    /// Asked the patients in the way of a time off to choose another time.
    AskedPatientsToMove,
    /// Took a practitioner's time off back.
    RemovedTimeOff,
    /// Made a link to a practitioner's calendar.
    MadeCalendarLink,
    /// Revoked a link to a practitioner's calendar.
    RevokedCalendarLink,
    /// Listed the visits of a day, with their patients.
    ListedVisits,
    /// Looked up what is stored about one person.
    LookedUpPerson,
    /// Exported everything about one person.
    ExportedPerson,
    /// Exported the messages of some days.
    ExportedMessages,
    /// Exported the audit trail of some days.
    ExportedAudit,
    /// Erased everything about one person.
    ErasedPerson,
}

/// One line of the trail.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Entry {
    pub at: Timestamp,
    pub actor: Actor,
    pub action: Action,
    /// References, or a range of days. Nothing about a person.
    pub subject: Vec<String>,
}

/// A line as it is read, whichever version wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// `None` when the entry has no moment that can be read.
    pub at: Option<Timestamp>,
    pub actor: String,
    pub action: String,
    /// The references, separated by spaces.
    pub subject: String,
}

#[derive(Serialize)]
struct Stored<'a> {
    #[serde(flatten)]
    entry: &'a Entry,
    expires_at: ExpiresAt,
}

impl Entry {
    /// The part of a write that adds the entry, to be written together with what it records. The entry is
    /// kept for `keep_days`.
    ///
    /// # Errors
    /// When it cannot be written as attributes.
    pub fn append(&self, table: &Table, keep_days: u32) -> Result<Change, Error> {
        let partition = partition(self.at.to_zoned(TimeZone::UTC).date());
        let place = format!("{}#{:016x}", Moment(self.at), random_u64());
        let stored = Stored {
            entry: self,
            expires_at: ExpiresAt::days_after(self.at, keep_days),
        };
        table.put_new(&Key::pair(WHAT, partition, place), stored)
    }
}

/// The lines from `from` until just before `to`, the oldest first, without those that have expired.
///
/// # Errors
/// When the store does not answer.
pub async fn between(
    table: &Table,
    from: &Zoned,
    to: &Zoned,
    now: Timestamp,
) -> Result<Vec<Line>, Error> {
    let bound = |moment: &Zoned| AttributeValue::S(Moment(moment.timestamp()).to_string());
    let mut lines = Vec::new();
    for partition in partitions(from, to) {
        let pages = table
            .query()
            .key_condition_expression("pk = :month AND sk BETWEEN :from AND :to")
            .expression_attribute_values(":month", AttributeValue::S(partition))
            .expression_attribute_values(":from", bound(from))
            .expression_attribute_values(":to", bound(to))
            .into_paginator()
            .items()
            .send();
        let items = pages.collect::<Result<Vec<Item>, _>>().await;
        let items = items.map_err(|error| table.failed("Query", WHAT, error))?;
        let live = items.iter().filter(|item| !is_past(item, now));
        lines.extend(live.map(Line::of));
    }
    Ok(lines)
}

impl Line {
    fn of(item: &Item) -> Self {
        let words = |name: &str| item.get(name).map(words).unwrap_or_default();
        Self {
            at: text(item, "at").and_then(|at| at.parse().ok()),
            actor: words("actor"),
            action: words("action"),
            subject: words("subject"),
        }
    }
}

fn words(value: &AttributeValue) -> String {
    match value {
        AttributeValue::S(text) => text.clone(),
        AttributeValue::L(list) => list.iter().map(words).collect::<Vec<_>>().join(" "),
        AttributeValue::M(map) => {
            let pairs = map
                .iter()
                .map(|(name, value)| format!("{name} {}", words(value)));
            pairs.collect::<Vec<_>>().join(" ")
        }
        _ => String::new(),
    }
}

/// The partitions, one for each month in UTC, that hold what happened from `from` until `to`.
fn partitions(from: &Zoned, to: &Zoned) -> Vec<String> {
    let month = |moment: &Zoned| {
        let date = moment.with_time_zone(TimeZone::UTC).date();
        date.first_of_month()
    };
    let last = month(to);
    month(from)
        .series(jiff::Span::new().months(1))
        .take_while(|date| *date <= last)
        .map(partition)
        .collect()
}

fn partition(date: Date) -> String {
    format!("audit#{}", date.strftime("%Y-%m"))
}
