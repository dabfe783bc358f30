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

impl Days {
    fn subject(self) -> Vec<String> {
        vec![self.from.to_string(), self.to.to_string()]
    }
}

impl Records {
    /// The messages that came in on these days, the oldest first. The audit trail says so first.
    ///
    /// # Errors
    /// When the table cannot be read or the audit trail cannot be written.
    pub async fn export_messages(&self, days: Days, now: Timestamp) -> Result<String> {
        let (from, to) = self.bounds(days)?;
        self.note(Action::ExportedMessages, days.subject(), now)
            .await?;
        let (from, to) = (sortable(from.timestamp()), sortable(to.timestamp()));
        let mut messages = self.all(&self.contact).await?;
        messages.retain(|item| {
            let received_at = text(item, "received_at");
            text(item, "pk").starts_with("message#") && *from <= *received_at && *received_at < *to
        });
        messages.retain(|item| !is_past(item, now));
        messages.sort_by(|one, other| text(one, "received_at").cmp(text(other, "received_at")));
        let lines = messages
            .iter()
            .map(|item| MESSAGE_COLUMNS.map(|column| self.cell(item, column)));
        csv(&MESSAGE_COLUMNS, lines)
    }

    /// The audit trail of these days, the oldest first. It says itself so first.
    ///
    /// # Errors
    /// When the table cannot be read or the audit trail cannot be written.
    pub async fn export_audit(&self, days: Days, now: Timestamp) -> Result<String> {
        let (from, to) = self.bounds(days)?;
        self.note(Action::ExportedAudit, days.subject(), now)
            .await?;
        let mut entries = Vec::new();
        for partition in audit::partitions(&from, &to) {
            let pages = self
                .client
                .query()
                .table_name(&self.contact)
                .key_condition_expression("pk = :month AND sk BETWEEN :from AND :to")
                .expression_attribute_values(":month", AttributeValue::S(partition))
                .expression_attribute_values(":from", AttributeValue::S(sortable(from.timestamp())))
                .expression_attribute_values(":to", AttributeValue::S(sortable(to.timestamp())))
                .into_paginator()
                .items()
                .send();
            let pages = pages.collect::<Result<Vec<Item>, _>>().await;
            entries.extend(pages.context("the audit trail cannot be read")?);
        }
        entries.retain(|item| !is_past(item, now));
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

/// The cell, with an apostrophe before whatever a spreadsheet would take for a formula: at its beginning,
/// and behind each comma, semicolon, tab and line break, since some spreadsheets split there, whatever
/// the quotes say.
fn harmless(cell: &str) -> String {
    let mut text = String::with_capacity(cell.len() + 1);
    let mut at_start = true;
    for c in cell.chars() {
        if at_start && FORMULA.contains(&c) {
            text.push('\'');
        }
        let separates = [',', ';', '\t', '\r', '\n'].contains(&c);
        at_start = separates || at_start && [' ', '"', '\u{a0}'].contains(&c);
        text.push(c);
    }
    text
}

/// What a formula begins with, and how it is written in full width.
const FORMULA: [char; 10] = ['=', '+', '-', '@', '|', '%', '＝', '＋', '－', '＠'];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_begins_like_a_formula_wherever_it_is_split() {
        for (cell, expected) in [
            ("=1+1", "'=1+1"),
            ("+1 416 769 3338", "'+1 416 769 3338"),
            ("-2", "'-2"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "\t'=1"),
            ("\r=1", "\r'=1"),
            ("  =1", "  '=1"),
            ("＝1", "'＝1"),
            ("Zoë;=1+1", "Zoë;'=1+1"),
            ("Zoë; \"=1+1", "Zoë; \"'=1+1"),
            ("first\n=1+1", "first\n'=1+1"),
            ("a,+b", "a,'+b"),
        ] {
            assert_eq!(harmless(cell), expected);
        }
        for cell in [
            "Zoë",
            "416-769-3338",
            "",
            "a=b",
            "see https://a.example/?b=c",
        ] {
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
