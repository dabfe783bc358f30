//! Everything about one person, from all functions.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use jiff::Timestamp;
use serde_json::{Value, json};
use shared::{
    audit::Action,
    records::{Belonging, Identity, Record},
    reference::Reference,
    store::{Change, Error},
};

use super::{Records, names};

/// Everything about one person, by the messages and bookings that it belongs to.
#[derive(Debug)]
pub struct Person {
    pub(super) belongings: BTreeMap<Reference, Vec<Record>>,
    /// The changes that take the lines about them out of mails about several people. `None` when such a mail
    /// names them that this version cannot read.
    pub(super) lines: Option<Vec<Change>>,
}

impl Records {
    /// Finds everything about a person, and the digests that name what was `erased` already.
    ///
    /// # Errors
    /// When a table cannot be read.
    pub(super) async fn person(
        &self,
        identity: &Identity,
        erased: &BTreeSet<Reference>,
        now: Timestamp,
    ) -> Result<Person> {
        let mut records = self.contact.find(identity, &self.clinic, now).await?;
        records.extend(self.booking.find(identity, &self.clinic, now).await?);
        let references = records.iter().map(|r| r.reference.clone()).collect();
        let mails = self
            .mails
            .find(identity, &self.clinic, &references, erased, now);
        let mails = mails.await.map_err(explain)?;
        records.extend(mails.records);
        let mut person = Person {
            belongings: BTreeMap::new(),
            lines: mails.lines,
        };
        for record in records {
            let reference = record.reference.clone();
            let belongings = person.belongings.entry(reference);
            belongings.or_default().push(record);
        }
        Ok(person)
    }

    /// The same, for an operator to look at. The audit trail records it first.
    ///
    /// # Errors
    /// When a table cannot be read or the audit trail cannot be written.
    pub async fn look_up(&self, identity: &Identity, now: Timestamp) -> Result<Person> {
        let person = self.person(identity, &BTreeSet::new(), now).await?;
        let subject = names(&person.references());
        self.note(Action::LookedUpPerson, subject, now).await?;
        Ok(person)
    }

    /// Everything about one person as JSON, without what has expired. The audit trail records it first.
    ///
    /// # Errors
    /// When a table cannot be read or the audit trail cannot be written.
    pub async fn export_person(&self, identity: &Identity, now: Timestamp) -> Result<Value> {
        let person = self.person(identity, &BTreeSet::new(), now).await?;
        let subject = names(&person.references());
        self.note(Action::ExportedPerson, subject, now).await?;
        let (mut messages, mut bookings) = (Vec::new(), Vec::new());
        let (mut waitlist, mut mails) = (Vec::new(), Vec::new());
        for record in person.belongings.into_values().flatten() {
            match record.kind {
                Belonging::Message => messages.extend(record.export),
                Belonging::Booking => bookings.extend(record.export),
                Belonging::Waiting => waitlist.extend(record.export),
                Belonging::Mail { .. } => mails.extend(record.export),
                Belonging::IdempotencyRecord => {}
            }
        }
        let who = match identity {
            Identity::Email(_) => "email",
            Identity::Phone(_) => "phone",
        };
        Ok(json!({
            who: identity.as_str(),
            "exported_at": self.clinic.local_time(now),
            "messages": messages,
            "bookings": bookings,
            "waitlist": waitlist,
            "mails": mails,
        }))
    }
}

impl Person {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.belongings.is_empty() && self.lines.as_ref().is_some_and(Vec::is_empty)
    }

    /// The messages and bookings that everything belongs to.
    pub(super) fn references(&self) -> BTreeSet<Reference> {
        self.belongings.keys().cloned().collect()
    }
}

/// Adds what to do about a mail that this version cannot read.
fn explain(error: Error) -> anyhow::Error {
    let unreadable = matches!(error, Error::Unreadable { .. });
    let error = anyhow::Error::new(error);
    if unreadable {
        error.context(
            "a newer version queued a mail to or from this person: run the command of that version",
        )
    } else {
        error
    }
}
