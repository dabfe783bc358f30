//! Erasing everything of one person.

use std::{collections::BTreeSet, fmt::Write as _};

use anyhow::{Context as _, Result, bail};
use aws_sdk_dynamodb::types::{AttributeValue, Delete, TransactWriteItem, Update};
use jiff::Timestamp;
use shared::{
    audit::Action,
    clinic::Clinic,
    transaction::{Item, Uncommitted, commit, update},
    values::EmailAddress,
};

use super::{
    Person, Records,
    person::{Belongings, Digest},
    text,
};

/// How often it looks again.
const ROUNDS: usize = 10;

impl Records {
    /// What would be erased, a line for each thing; nothing that people wrote.
    #[must_use]
    pub fn describe(&self, person: &Person, now: Timestamp) -> String {
        let mut lines = String::new();
        for (reference, belongings) in &person.belongings {
            let _ = writeln!(
                lines,
                "  {reference}: {}",
                belongings.describe(&self.clinic, now)
            );
        }
        lines
    }

    /// Erases everything: for each message and booking one write, with its mails, its idempotency records
    /// and a line in the audit trail. A time that is still to come becomes free. It looks again until
    /// there is nothing left, since a mail may be queued meanwhile; if it breaks off, the next run erases
    /// the rest.
    ///
    /// # Errors
    /// When the store does not answer, or something comes up again and again.
    pub async fn erase(&self, email: &EmailAddress, now: Timestamp) -> Result<BTreeSet<String>> {
        let mut erased = BTreeSet::new();
        for _ in 0..ROUNDS {
            let person = self.person(email, &erased).await?;
            if person.is_empty() {
                return Ok(erased);
            }
            let mut references = erased.clone();
            references.extend(person.references());
            if self.strike_from_digests(&person, &references).await? {
                erased.extend(self.erase_belongings(&person, now).await?);
            }
        }
        bail!("not everything was erased, since more came up meanwhile: run the command again")
    }

    /// Takes the person's lines out of the digests; whether all of them stood as they did.
    async fn strike_from_digests(
        &self,
        person: &Person,
        references: &BTreeSet<String>,
    ) -> Result<bool> {
        for digest in &person.digests {
            let write = self.without(digest, references)?;
            if !done(commit(&self.client, vec![write]).await)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    async fn erase_belongings(&self, person: &Person, now: Timestamp) -> Result<Vec<String>> {
        let mut erased = Vec::new();
        for (reference, belongings) in &person.belongings {
            let mut writes = self.deletions(belongings, now)?;
            let entry = self.entry(Action::ErasedPerson, vec![reference.clone()], now);
            writes.push(entry.append(&self.contact, self.clinic.retention.audit_days)?);
            let written = commit(&self.client, writes).await;
            if done(written)
                .with_context(|| format!("{reference} was not erased: run the command again"))?
            {
                erased.push(reference.clone());
            }
        }
        Ok(erased)
    }

    /// The digest without the person's lines, if the mailer has not touched it since; one that waits and
    /// has no other lines goes as a whole.
    fn without(&self, digest: &Digest, references: &BTreeSet<String>) -> Result<TransactWriteItem> {
        let (_, others) = digest.lines(references);
        let attempts = digest.0.get("attempts").cloned();
        let attempts = attempts.context("a digest cannot be read")?;
        let id = AttributeValue::S(text(&digest.0, "id").to_owned());
        if others.is_empty() && text(&digest.0, "state") == "waiting" {
            let delete = Delete::builder()
                .table_name(&self.mail)
                .key("id", id)
                .condition_expression("attempts = :attempts")
                .expression_attribute_values(":attempts", attempts)
                .build()?;
            return Ok(TransactWriteItem::builder().delete(delete).build());
        }
        let rest = Update::builder()
            .table_name(&self.mail)
            .key("id", id)
            .update_expression("SET letter.#lines = :others")
            .condition_expression("attempts = :attempts")
            .expression_attribute_names("#lines", "lines")
            .expression_attribute_values(":attempts", attempts)
            .expression_attribute_values(":others", AttributeValue::L(others))
            .build()?;
        Ok(update(rest))
    }

    fn deletions(&self, belongings: &Belongings, now: Timestamp) -> Result<Vec<TransactWriteItem>> {
        let mut writes = Vec::new();
        if let Some(booking) = &belongings.booking {
            writes.extend(booking::erasure(booking, &self.booking, now)?);
        }
        if let Some(message) = &belongings.message {
            writes.push(unchanged(&self.contact, message)?);
        }
        for mail in &belongings.mails {
            writes.push(deletion(&self.mail, mail, &["id"])?);
        }
        for (table, record) in &belongings.records {
            writes.push(deletion(table, record, &["pk", "sk"])?);
        }
        Ok(writes)
    }
}

impl Belongings {
    fn describe(&self, clinic: &Clinic, now: Timestamp) -> String {
        let mut parts = Vec::new();
        if let Some(message) = &self.message {
            parts.push(format!(
                "a message of {}",
                spoken(message, "received_at", clinic)
            ));
        }
        if let Some(booking) = &self.booking {
            let is_over = text(booking, "end")
                .parse()
                .is_ok_and(|end: Timestamp| end <= now);
            let becomes_free = if is_over {
                ""
            } else {
                " (the time becomes free)"
            };
            let start = spoken(booking, "start", clinic);
            parts.push(format!("an appointment on {start}{becomes_free}"));
        }
        let unsent = self
            .mails
            .iter()
            .filter(|mail| text(mail, "state") == "waiting")
            .count();
        match unsent {
            0 => parts.push(counted(self.mails.len(), "mail")),
            unsent => parts.push(format!(
                "{} ({unsent} will not be sent)",
                counted(self.mails.len(), "mail")
            )),
        }
        parts.push(counted(self.records.len(), "idempotency record"));
        parts.join(", ")
    }
}

fn spoken(item: &Item, name: &str, clinic: &Clinic) -> String {
    match text(item, name).parse() {
        Ok(moment) => clinic.spoken_time(moment),
        Err(_) => "an unknown day".to_owned(),
    }
}

fn counted(count: usize, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        count => format!("{count} {what}s"),
    }
}

/// Whether the write was done; not, when something stood otherwise than it was read.
fn done(written: Result<(), Uncommitted>) -> Result<bool> {
    match written {
        Ok(()) => Ok(true),
        Err(Uncommitted::Refused(_)) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// The deletion of a message that stands as it was read: a release queues mails.
fn unchanged(table: &str, message: &Item) -> Result<TransactWriteItem> {
    let state = message.get("inbox").cloned();
    let delete = Delete::builder()
        .table_name(table)
        .key("pk", AttributeValue::S(text(message, "pk").to_owned()))
        .key("sk", AttributeValue::S(text(message, "sk").to_owned()))
        .condition_expression("inbox = :state")
        .expression_attribute_values(":state", state.context("a message cannot be read")?)
        .build()?;
    Ok(TransactWriteItem::builder().delete(delete).build())
}

fn deletion(table: &str, item: &Item, key: &[&str]) -> Result<TransactWriteItem> {
    let mut delete = Delete::builder().table_name(table);
    for name in key {
        delete = delete.key(*name, AttributeValue::S(text(item, name).to_owned()));
    }
    let delete = delete
        .build()
        .context("a deletion cannot be put together")?;
    Ok(TransactWriteItem::builder().delete(delete).build())
}
