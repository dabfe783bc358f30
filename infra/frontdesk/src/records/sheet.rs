//! Messages and the audit trail of some days as CSV (RFC 4180), for a spreadsheet.
//!
//! A spreadsheet runs a cell that begins like a formula, and what people write is not to be run: such
//! a cell begins with an apostrophe (OWASP, "CSV Injection"). A byte order mark tells Excel that it is
//! UTF-8.

use anyhow::{Context as _, Result, bail};
use aws_sdk_dynamodb::types::AttributeValue;
use jiff::{Timestamp, ToSpan, Zoned, civil::Date};
use shared::{
    audit::{self, Action},
    stored::sortable,
    transaction::Item,
};

use super::{Records, is_past, text};

const BYTE_ORDER_MARK: &str = "\u{feff}";
/// How a message can stand: the partitions of the index `inbox`.
const STATES: [&str; 4] = ["received", "quarantined", "handled", "spam"];
const MESSAGE_COLUMNS: [&str; 11] = [
    "reference",
    "received_at",
    "inbox",
    "name",
    "email",
    "phone",
    "topic",
    "page",
    "message",
    "consent_version",
    "reasons",
];

/// Days of the clinic, the last one included.
#[derive(Clone, Copy, Debug)]
pub struct Days {
    /// The first.
    pub from: Date,
    /// The last.
    pub to: Date,
}

impl Records {
    /// The messages that came in on these days, the oldest first. The audit trail says so first.
    ///
    /// # Errors
    /// When the table cannot be read or the audit trail cannot be written.
    pub async fn export_messages(&self, days: Days, now: Timestamp) -> Result<String> {
        let (from, to) = self.bounds(days)?;
        let subject = vec![days.from.to_string(), days.to.to_string()];
        self.note(Action::ExportedMessages, subject, now).await?;
        let mut messages = Vec::new();
        for state in STATES {
            let query = self
                .client
                .query()
                .table_name(&self.contact)
                .index_name("inbox")
                .key_condition_expression("inbox = :state AND received_at BETWEEN :from AND :to")
                .expression_attribute_values(":state", AttributeValue::S(state.to_owned()));
            messages.extend(rows(query, &from, &to).await?);
        }
        messages.retain(|item| !is_past(item, now));
        messages.sort_by(|one, other| text(one, "received_at").cmp(text(other, "received_at")));
        let lines = messages
            .iter()
            .map(|item| MESSAGE_COLUMNS.map(|column| self.cell(item, column)));
        csv(&MESSAGE_COLUMNS, lines)
    }

    /// The audit trail of these days, the oldest first.
    ///
    /// # Errors
    /// When the table cannot be read.
    pub async fn export_audit(&self, days: Days) -> Result<String> {
        let (from, to) = self.bounds(days)?;
        let mut entries = Vec::new();
        for partition in audit::partitions(&from, &to) {
            let query = self
                .client
                .query()
                .table_name(&self.contact)
                .key_condition_expression("pk = :month AND sk BETWEEN :from AND :to")
                .expression_attribute_values(":month", AttributeValue::S(partition));
            entries.extend(rows(query, &from, &to).await?);
        }
        let columns = ["at", "actor", "action", "subject"];
        let lines = entries
            .iter()
            .map(|item| columns.map(|column| self.cell(item, column)));
        csv(&columns, lines)
    }

    /// The first moment of the first day and the first one after the last, at the clinic.
    fn bounds(&self, days: Days) -> Result<(Zoned, Zoned)> {
        if days.to < days.from {
            bail!("--to has to be on or after --from");
        }
        let start = |date: Date| date.to_zoned(self.clinic.time_zone.clone());
        let after = days
            .to
            .checked_add(1.day())
            .context("--to is too far away")?;
        Ok((start(days.from)?, start(after)?))
    }

    fn cell(&self, item: &Item, column: &str) -> String {
        match item.get(column) {
            Some(AttributeValue::S(moment)) if ["received_at", "at"].contains(&column) => {
                match moment.parse() {
                    Ok(moment) => self.clinic.local_time(moment),
                    Err(_) => moment.clone(),
                }
            }
            Some(value) => words(value),
            None => String::new(),
        }
    }
}

/// The query's items from `from` until before `to`.
async fn rows(
    query: aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder,
    from: &Zoned,
    to: &Zoned,
) -> Result<Vec<Item>> {
    let last = to.timestamp().saturating_sub(1.millisecond())?;
    // An audit entry's key goes on behind its moment.
    let until = format!("{}~", sortable(last));
    query
        .expression_attribute_values(":from", AttributeValue::S(sortable(from.timestamp())))
        .expression_attribute_values(":to", AttributeValue::S(until))
        .into_paginator()
        .items()
        .send()
        .collect::<Result<Vec<Item>, _>>()
        .await
        .context("the messages cannot be read")
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

fn csv<const N: usize>(
    columns: &[&str; N],
    lines: impl Iterator<Item = [String; N]>,
) -> Result<String> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::from(BYTE_ORDER_MARK));
    writer.write_record(columns)?;
    for line in lines {
        writer.write_record(line.map(|cell| harmless(&cell)))?;
    }
    let bytes = writer.into_inner().context("the lines cannot be written")?;
    Ok(String::from_utf8(bytes)?)
}

/// The cell, with an apostrophe before what a spreadsheet would take for a formula.
fn harmless(cell: &str) -> String {
    let formula = [
        '=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠', '|', '%',
    ];
    if cell.trim_start_matches(' ').starts_with(formula) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_begins_like_a_formula() {
        for cell in [
            "=1+1",
            "+1 416 769 3338",
            "-2",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "  =1",
            "＝1",
            "=HYPERLINK(\"https://a.example\")",
        ] {
            assert_eq!(harmless(cell), format!("'{cell}"));
        }
        for cell in ["Zoë", "416-769-3338", "", "a=b"] {
            assert_eq!(harmless(cell), cell);
        }
    }

    #[test]
    fn what_has_commas_quotes_and_line_breaks_stays_one_cell() {
        let text = csv(
            &["a", "b"],
            [["x,\"y\"".to_owned(), "1\n2".to_owned()]].into_iter(),
        );

        assert_eq!(text.unwrap(), "\u{feff}a,b\r\n\"x,\"\"y\"\"\",\"1\n2\"\r\n");
    }
}
