//! The audit trail: who saw or changed what about people, and when. Entries are only ever added; no
//! code here changes one.
//!
//! An entry names references and counts, nothing of the people themselves. Entries stand in the
//! Contact table, a partition a month.

use aws_sdk_dynamodb::types::TransactWriteItem;
use jiff::{Timestamp, Zoned, civil::Date, tz::TimeZone};
use serde::{Deserialize, Serialize};

use crate::{
    reference::random_u64,
    stored::{ExpiresAt, sortable},
    transaction::{StoreError, put_new},
};

/// Who did something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// Somebody at the clinic, by a signed link from a mail.
    StaffLink,
    /// Somebody with the operators' program, by their login name there.
    Operator(String),
}

/// What they did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Read what somebody wrote.
    Read,
    /// Let a message out of quarantine.
    Released,
    /// Marked a message as done.
    Handled,
    /// Marked a message as spam.
    MarkedSpam,
    /// Looked up what there is of one person.
    LookedUpPerson,
    /// Took everything of one person out.
    ExportedPerson,
    /// Took the messages of some days out.
    ExportedMessages,
    /// Took the audit trail of some days out.
    ExportedAudit,
    /// Erased everything of one person.
    ErasedPerson,
}

/// One line of the trail.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Entry {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// Did what.
    pub action: Action,
    /// To what: references, or a range of days. Nothing about a person.
    pub subject: Vec<String>,
}

#[derive(Serialize)]
struct Item<'a> {
    pk: String,
    sk: String,
    #[serde(flatten)]
    entry: &'a Entry,
    expires_at: ExpiresAt,
}

impl Entry {
    /// The item to write with what it tells of; it is kept for `keep_days`.
    ///
    /// # Errors
    /// When it cannot be written as attributes.
    pub fn append(&self, table: &str, keep_days: u32) -> Result<TransactWriteItem, StoreError> {
        let item = Item {
            pk: partition(self.at.to_zoned(TimeZone::UTC).date()),
            sk: format!("{}#{:016x}", sortable(self.at), random_u64()),
            entry: self,
            expires_at: ExpiresAt::days_after(self.at, keep_days),
        };
        put_new(table, "pk", item)
    }
}

/// The partitions, a month each (in UTC), that hold what happened from `from` until `to`.
#[must_use]
pub fn partitions(from: &Zoned, to: &Zoned) -> Vec<String> {
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
