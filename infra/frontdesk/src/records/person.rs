//! Everything of one person.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use jiff::Timestamp;
use serde_json::{Value, json};
use shared::{audit::Action, transaction::Item, values::EmailAddress};

use super::{Records, is_past, nested, text};

/// Everything of one person, by the references that it belongs to.
#[derive(Debug, Default)]
pub struct Person(pub(super) BTreeMap<String, Belongings>);

/// What belongs to one message or booking.
#[derive(Default)]
pub(super) struct Belongings {
    pub(super) message: Option<Item>,
    pub(super) booking: Option<Item>,
    pub(super) mails: Vec<Item>,
    /// Idempotency records, with the table that they stand in.
    pub(super) records: Vec<(String, Item)>,
}

impl Records {
    /// Finds everything of the person with this address; capitals make no difference.
    ///
    /// # Errors
    /// When a table cannot be read.
    pub async fn person(&self, email: &EmailAddress) -> Result<Person> {
        let is_theirs = |other: &str| other.eq_ignore_ascii_case(email.as_str());
        let mut person = Person::default();
        let contact = self.all(&self.contact).await?;
        let booking = self.all(&self.booking).await?;
        for item in &contact {
            if text(item, "pk").starts_with("message#") && is_theirs(text(item, "email")) {
                person.of(text(item, "reference")).message = Some(item.clone());
            }
        }
        for item in &booking {
            let patient = nested(item, "patient").map_or("", |patient| text(patient, "email"));
            if text(item, "pk").starts_with("booking#") && is_theirs(patient) {
                person.of(text(item, "reference")).booking = Some(item.clone());
            }
        }
        for item in self.all(&self.mail).await? {
            let reference = text(&item, "id")
                .split('/')
                .next()
                .unwrap_or_default()
                .to_owned();
            let sender = nested(&item, "letter").map_or("", |letter| text(letter, "email"));
            let known = person.0.contains_key(&reference);
            if known || is_theirs(text(&item, "to")) || is_theirs(sender) {
                person.of(&reference).mails.push(item);
            }
        }
        for (table, items) in [(&self.contact, contact), (&self.booking, booking)] {
            for item in items {
                if let Some(reference) = answered(&item)
                    && let Some(belongings) = person.0.get_mut(&reference)
                {
                    belongings.records.push((table.clone(), item));
                }
            }
        }
        Ok(person)
    }

    /// Everything of one person as JSON, what has expired left out. The audit trail says so first.
    ///
    /// # Errors
    /// When a table cannot be read or the audit trail cannot be written.
    pub async fn export_person(&self, email: &EmailAddress, now: Timestamp) -> Result<Value> {
        let person = self.person(email).await?;
        let references = person.0.keys().cloned().collect();
        self.note(Action::ExportedPerson, references, now).await?;
        let live = |item: &&Item| !is_past(item, now);
        let all = person.0.values();
        let messages = all.clone().filter_map(|one| one.message.as_ref());
        let bookings = all.clone().filter_map(|one| one.booking.as_ref());
        let mails = all.flat_map(|one| &one.mails);
        Ok(json!({
            "email": email.as_str(),
            "exported_at": self.clinic.local_time(now),
            "messages": messages.filter(live).map(plain).collect::<Result<Vec<_>>>()?,
            "bookings": bookings.filter(live).map(plain).collect::<Result<Vec<_>>>()?,
            "mails": mails.filter(live).map(plain).collect::<Result<Vec<_>>>()?,
        }))
    }
}

impl Person {
    /// Whether nothing is stored.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn of(&mut self, reference: &str) -> &mut Belongings {
        self.0.entry(reference.to_owned()).or_default()
    }
}

/// The reference that an idempotency record answers with.
fn answered(item: &Item) -> Option<String> {
    if !text(item, "pk").starts_with("idempotency#") {
        return None;
    }
    let answer: Value = serde_json::from_str(text(item, "answer")).ok()?;
    Some(answer.get("reference")?.as_str()?.to_owned())
}

/// An item without what only the tables need.
fn plain(item: &Item) -> Result<Value> {
    let mut value: Value =
        serde_dynamo::from_item(item.clone()).context("an item cannot be written as JSON")?;
    if let Some(fields) = value.as_object_mut() {
        fields.retain(|name, _| {
            !["pk", "sk", "queue", "first_cell", "end_cell"].contains(&name.as_str())
        });
    }
    Ok(value)
}

/// What people wrote is not shown in passing.
impl std::fmt::Debug for Belongings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[redacted]")
    }
}
