//! Erasing everything of one person.

use std::fmt::Write as _;

use anyhow::{Context as _, Result};
use aws_sdk_dynamodb::types::{AttributeValue, Delete, TransactWriteItem};
use jiff::Timestamp;
use shared::{
    audit::Action,
    clinic::Clinic,
    transaction::{Item, commit},
};

use super::{Person, Records, person::Belongings, text};

impl Records {
    /// What would be erased, a line for each thing; nothing that people wrote.
    #[must_use]
    pub fn describe(&self, person: &Person) -> String {
        let mut lines = String::new();
        for (reference, belongings) in &person.0 {
            let _ = writeln!(
                lines,
                "  {reference}: {}",
                belongings.describe(&self.clinic)
            );
        }
        lines
    }

    /// Erases everything: for each message and booking one write, with its mails, its idempotency records
    /// and a line in the audit trail. A time that is still to come becomes free. If it breaks off, the
    /// next run erases the rest.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn erase(&self, person: Person, now: Timestamp) -> Result<usize> {
        let count = person.0.len();
        for (reference, belongings) in person.0 {
            let mut writes = self.deletions(&belongings, now)?;
            let entry = self.entry(Action::ErasedPerson, vec![reference.clone()], now);
            writes.push(entry.append(&self.contact, self.clinic.retention.audit_days)?);
            commit(&self.client, writes)
                .await
                .with_context(|| format!("{reference} was not erased: run the command again"))?;
        }
        Ok(count)
    }

    fn deletions(&self, belongings: &Belongings, now: Timestamp) -> Result<Vec<TransactWriteItem>> {
        let mut writes = Vec::new();
        if let Some(booking) = &belongings.booking {
            writes.extend(booking::erasure(booking, &self.booking, now)?);
        }
        if let Some(message) = &belongings.message {
            writes.push(deletion(&self.contact, message, &["pk", "sk"])?);
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
    fn describe(&self, clinic: &Clinic) -> String {
        let spoken = |item: &Item, name: &str| match text(item, name).parse() {
            Ok(moment) => clinic.spoken_time(moment),
            Err(_) => "an unknown day".to_owned(),
        };
        let waiting = |mail: &&Item| text(mail, "state") == "waiting";
        let mut parts = Vec::new();
        if let Some(message) = &self.message {
            parts.push(format!("a message of {}", spoken(message, "received_at")));
        }
        if let Some(booking) = &self.booking {
            parts.push(format!(
                "an appointment on {} (if it is still to come, the time becomes free)",
                spoken(booking, "start")
            ));
        }
        let mails = self.mails.len();
        match self.mails.iter().filter(waiting).count() {
            0 => parts.push(format!("{mails} mails")),
            unsent => parts.push(format!("{mails} mails ({unsent} will not be sent)")),
        }
        parts.push(format!("{} idempotency records", self.records.len()));
        parts.join(", ")
    }
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
