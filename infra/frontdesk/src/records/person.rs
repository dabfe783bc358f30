//! Everything of one person.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result};
use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use serde_json::{Value, json};
use shared::{audit::Action, transaction::Item, values::EmailAddress};

use super::{Records, is_past, nested, text};

/// Everything of one person, by the references that it belongs to.
#[derive(Debug, Default)]
pub struct Person {
    pub(super) belongings: BTreeMap<String, Belongings>,
    /// Mails about several people's messages that name theirs, too.
    pub(super) digests: Vec<Digest>,
}

/// A mail about several messages.
pub(super) struct Digest(pub(super) Item);

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
    /// Finds everything of the person with this address, and the digests that name what was erased of
    /// them already; capitals make no difference.
    ///
    /// # Errors
    /// When a table cannot be read.
    pub(super) async fn person(
        &self,
        email: &EmailAddress,
        erased: &BTreeSet<String>,
    ) -> Result<Person> {
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
        let mails = self.all(&self.mail).await?;
        for mail in &mails {
            let reference = text(mail, "id").split('/').next().unwrap_or_default();
            if person.belongings.contains_key(reference) || is_about(mail, is_theirs) {
                person.of(reference).mails.push(mail.clone());
            }
        }
        let mut references: BTreeSet<String> = person.references().into_iter().collect();
        references.extend(erased.iter().cloned());
        let digests = mails.into_iter().map(Digest);
        person.digests = digests.filter(|digest| digest.names(&references)).collect();
        for (table, items) in [(&self.contact, contact), (&self.booking, booking)] {
            for item in items {
                if let Some(reference) = answered(&item)
                    && let Some(belongings) = person.belongings.get_mut(&reference)
                {
                    belongings.records.push((table.clone(), item));
                }
            }
        }
        Ok(person)
    }

    /// The same, for an operator to look at; the audit trail says so first.
    ///
    /// # Errors
    /// When a table cannot be read or the audit trail cannot be written.
    pub async fn look_up(&self, email: &EmailAddress, now: Timestamp) -> Result<Person> {
        let person = self.person(email, &BTreeSet::new()).await?;
        self.note(Action::LookedUpPerson, person.references(), now)
            .await?;
        Ok(person)
    }

    /// Everything of one person as JSON, what has expired left out. The audit trail says so first.
    ///
    /// # Errors
    /// When a table cannot be read or the audit trail cannot be written.
    pub async fn export_person(&self, email: &EmailAddress, now: Timestamp) -> Result<Value> {
        let person = self.person(email, &BTreeSet::new()).await?;
        self.note(Action::ExportedPerson, person.references(), now)
            .await?;
        let live = |item: &&Item| !is_past(item, now);
        let all = person.belongings.values();
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
        self.belongings.is_empty() && self.digests.is_empty()
    }

    /// What it all belongs to.
    pub(super) fn references(&self) -> Vec<String> {
        self.belongings.keys().cloned().collect()
    }

    fn of(&mut self, reference: &str) -> &mut Belongings {
        self.belongings.entry(reference.to_owned()).or_default()
    }
}

/// Whether a mail is from the person or to them. The clinic's own address is that of all mails to
/// staff, and of nobody in particular.
fn is_about(mail: &Item, is_theirs: impl Fn(&str) -> bool) -> bool {
    let Some(letter) = nested(mail, "letter") else {
        return false;
    };
    match text(letter, "kind") {
        "message_receipt" | "booking_to_patient" => is_theirs(text(mail, "to")),
        _ => is_theirs(text(letter, "email")),
    }
}

impl Digest {
    /// Its lines, split into those about the person and the others.
    pub(super) fn lines(
        &self,
        references: &BTreeSet<String>,
    ) -> (Vec<AttributeValue>, Vec<AttributeValue>) {
        let lines = nested(&self.0, "letter")
            .filter(|letter| text(letter, "kind") == "quarantine_digest")
            .and_then(|letter| letter.get("lines")?.as_l().ok())
            .cloned();
        let is_theirs = |line: &AttributeValue| {
            line.as_m()
                .is_ok_and(|line| references.contains(text(line, "reference")))
        };
        lines.unwrap_or_default().into_iter().partition(is_theirs)
    }

    fn names(&self, references: &BTreeSet<String>) -> bool {
        !self.lines(references).0.is_empty()
    }
}

impl std::fmt::Debug for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[redacted]")
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

/// An item without what only the tables need, and without the link by which staff decide.
fn plain(item: &Item) -> Result<Value> {
    let mut value: Value =
        serde_dynamo::from_item(item.clone()).context("an item cannot be written as JSON")?;
    if let Some(fields) = value.as_object_mut() {
        fields.retain(|name, _| {
            !["pk", "sk", "queue", "first_cell", "end_cell"].contains(&name.as_str())
        });
        if let Some(letter) = fields.get_mut("letter").and_then(Value::as_object_mut) {
            letter.remove("review_url");
        }
    }
    Ok(value)
}

/// What people wrote is not shown in passing.
impl std::fmt::Debug for Belongings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[redacted]")
    }
}
