//! A person's messages: finding, exporting and erasing them. The messages and the audit trail of some days.

use aws_sdk_dynamodb::Client;
use jiff::{Timestamp, Zoned};
use shared::{
    audit::{self, Entry, Line},
    clinic::Clinic,
    environment::{Environment, MissingVariable},
    guard::posts_of,
    records::{Belonging, Identity, Record, export},
    reference::Reference,
    store::{self, Change, Item, is_past, text},
};

use crate::store::Messages;

/// What is stored about people in the Contact table, for the operators' program.
pub struct ContactRecords(Messages);

const WHAT: &str = "message";

/// The columns of a row of [`ContactRecords::messages`].
pub const COLUMNS: [&str; 11] = [
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

impl ContactRecords {
    /// From `CONTACT_TABLE` and `MAIL_TABLE`.
    ///
    /// # Errors
    /// When one of them is missing.
    pub fn open(client: &Client, environment: &Environment) -> Result<Self, MissingVariable> {
        Messages::open(client, environment).map(Self)
    }

    /// The name of the table.
    #[must_use]
    pub fn table(&self) -> &str {
        self.0.table.name()
    }

    /// The messages from this person, with the idempotency records of their posts.
    ///
    /// # Errors
    /// When the store does not answer, or a message from that person cannot be read.
    pub async fn find(
        &self,
        person: &Identity,
        clinic: &Clinic,
        now: Timestamp,
    ) -> Result<Vec<Record>, store::Error> {
        let (messages, others) = self.0.scan().await?;
        let is_theirs = |item: &Item| person.gave(text(item, "email"), text(item, "phone"));
        let theirs = messages.iter().filter(|item| is_theirs(item));
        let records = theirs.map(|item| self.record(item, clinic, now));
        let mut records = records.collect::<Result<Vec<_>, _>>()?;
        records.extend(posts_of(&records, &self.0.table, &others));
        Ok(records)
    }

    /// The message of that reference, if it is stored.
    ///
    /// # Errors
    /// When the store does not answer, or the message cannot be read.
    pub async fn find_message(
        &self,
        reference: &Reference,
        clinic: &Clinic,
        now: Timestamp,
    ) -> Result<Option<Record>, store::Error> {
        let item = self.0.item(reference).await?;
        let record = item.map(|item| self.record(&item, clinic, now));
        record.transpose()
    }

    /// The item is read attribute by attribute, so that a message can be exported and erased that this
    /// version cannot read as a whole.
    fn record(&self, item: &Item, clinic: &Clinic, now: Timestamp) -> Result<Record, store::Error> {
        let reference = text(item, "reference").and_then(Reference::parse_contact);
        let reference = reference.ok_or_else(|| self.0.table.unreadable(WHAT))?;
        let received_at = text(item, "received_at").and_then(|moment| moment.parse().ok());
        let received_at = received_at.map_or_else(
            || "an unknown day".to_owned(),
            |moment| clinic.spoken_time(moment),
        );
        let live = (!is_past(item, now)).then(|| export(WHAT, item, &["pk", "sk"]));
        Ok(Record {
            kind: Belonging::Message,
            description: format!("a message from {received_at}"),
            export: live.transpose()?,
            erasure: self.0.delete(&reference, item).map(|change| vec![change]),
            reference,
        })
    }

    /// The messages that were received from `from` until just before `to`, the oldest first, without those
    /// that have expired: a row of [`COLUMNS`] for each.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn messages(
        &self,
        from: &Zoned,
        to: &Zoned,
        clinic: &Clinic,
        now: Timestamp,
    ) -> Result<Vec<[String; 11]>, store::Error> {
        let (items, _) = self.0.scan().await?;
        let received_at = |item: &Item| text(item, "received_at")?.parse::<Timestamp>().ok();
        let days = from.timestamp()..to.timestamp();
        let mut messages: Vec<(Timestamp, Item)> = items
            .into_iter()
            .filter(|item| !is_past(item, now))
            .filter_map(|item| Some((received_at(&item)?, item)))
            .filter(|(moment, _)| days.contains(moment))
            .collect();
        messages.sort_by_key(|(moment, _)| *moment);
        let row = |(moment, item): &(Timestamp, Item)| {
            COLUMNS.map(|column| match column {
                "received_at" => clinic.local_time(*moment).to_string(),
                column => cell(item, column),
            })
        };
        Ok(messages.iter().map(row).collect())
    }

    /// The lines of the audit trail from `from` until just before `to`, the oldest first.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn audit(
        &self,
        from: &Zoned,
        to: &Zoned,
        now: Timestamp,
    ) -> Result<Vec<Line>, store::Error> {
        audit::between(&self.0.table, from, to, now).await
    }

    /// The part of a write that adds an entry to the audit trail.
    ///
    /// # Errors
    /// When it cannot be written as attributes.
    pub fn note(&self, entry: &Entry, keep_days: u32) -> Result<Change, store::Error> {
        entry.append(&self.0.table, keep_days)
    }
}

/// A text, or the texts of a list with spaces between them.
fn cell(item: &Item, column: &str) -> String {
    let list = item.get(column).and_then(|value| value.as_l().ok());
    match list {
        Some(list) => {
            let texts = list.iter().filter_map(|value| value.as_s().ok());
            texts.cloned().collect::<Vec<_>>().join(" ")
        }
        None => text(item, column).unwrap_or_default().to_owned(),
    }
}
