//! Messages and the audit trail of some days as CSV (RFC 4180), for a spreadsheet.
//!
//! A spreadsheet runs a cell that begins like a formula, and what people write must not be run: such a cell
//! gets an apostrophe in front (OWASP, "CSV Injection"). A byte order mark tells Excel that the file is UTF-8.

use anyhow::{Context as _, Result, bail};
use contact::COLUMNS;
use jiff::{Timestamp, ToSpan, Zoned, civil::Date};
use shared::audit::{Action, Line};

use super::Records;

const BYTE_ORDER_MARK: &str = "\u{feff}";

/// A range of days in the clinic's time zone.
#[derive(Clone, Copy, Debug)]
pub struct DateRange {
    pub from: Date,
    /// The last day, itself in the range.
    pub to: Date,
}

impl DateRange {
    fn subject(self) -> Vec<String> {
        vec![self.from.to_string(), self.to.to_string()]
    }
}

impl Records {
    /// The messages that were received on these days, the oldest first. The audit trail records it first.
    ///
    /// # Errors
    /// When the table cannot be read or the audit trail cannot be written.
    pub async fn export_messages(&self, days: DateRange, now: Timestamp) -> Result<String> {
        let (from, to) = self.bounds(days)?;
        self.note(Action::ExportedMessages, days.subject(), now)
            .await?;
        let messages = self.contact.messages(&from, &to, &self.clinic, now);
        csv(&COLUMNS, messages.await?.into_iter())
    }

    /// The audit trail of these days, the oldest line first. Its own line is added first.
    ///
    /// # Errors
    /// When the table cannot be read or the audit trail cannot be written.
    pub async fn export_audit(&self, days: DateRange, now: Timestamp) -> Result<String> {
        let (from, to) = self.bounds(days)?;
        self.note(Action::ExportedAudit, days.subject(), now)
            .await?;
        let mut lines = self.contact.audit(&from, &to, now).await?;
        lines.extend(self.booking.audit(&from, &to, now).await?);
        lines.sort_by_key(|line| line.at);
        let row = |line: Line| {
            let at = line.at.map(|at| self.clinic.local_time(at).to_string());
            [
                at.unwrap_or_default(),
                line.actor,
                line.action,
                line.subject,
            ]
        };
        let columns = ["at", "actor", "action", "subject"];
        csv(&columns, lines.into_iter().map(row))
    }

    /// The first moment of the first day and the first one after the last, at the clinic.
    fn bounds(&self, days: DateRange) -> Result<(Zoned, Zoned)> {
        if days.to < days.from {
            bail!("--to has to be on or after --from");
        }
        let start = |date: Date| date.to_zoned(self.clinic.time_zone().clone());
        let after = days
            .to
            .checked_add(1.day())
            .context("--to is too far away")?;
        Ok((start(days.from)?, start(after)?))
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

/// The cell with an apostrophe before everything that a spreadsheet would take for a formula: at the
/// beginning, and after each comma, semicolon, tab and line break, since some spreadsheets split there even
/// inside quotes.
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

/// The characters that a formula begins with, and their full-width forms.
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
