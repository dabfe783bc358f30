//! What is stored about people, for those who have to account for it: exported for one person or for some
//! days, and erased for one person. Each use adds a line to the audit trail.
//!
//! Every function knows its own tables; this module asks all of them. People are found by reading the tables
//! through, which an operator can wait for, so that no index of addresses has to be kept.

mod erase;
mod person;
mod sheet;

use std::{collections::BTreeSet, sync::Arc};

use anyhow::{Context as _, Result};
use aws_sdk_dynamodb::Client;
use booking::BookingRecords;
use contact::ContactRecords;
use jiff::Timestamp;
use mailer::MailRecords;
use shared::{
    audit::{Action, Actor, Entry},
    aws::Aws,
    clinic::{Clinic, PublishedClinic},
    environment::Environment,
    reference::Reference,
    store::{Change, Write},
};

pub use person::Person;
pub use sheet::DateRange;

/// What the functions store about people.
pub struct Records {
    client: Client,
    clinic: Arc<Clinic>,
    contact: ContactRecords,
    booking: BookingRecords,
    mails: MailRecords,
    operator: Actor,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Part {
    Erasure,
    Audit,
}

impl Records {
    /// Opens the tables that `CLINIC_TABLE`, `CONTACT_TABLE`, `BOOKING_TABLE` and `MAIL_TABLE` name.
    /// `operator` is the name in the audit trail.
    ///
    /// # Errors
    /// When a variable is missing, or the clinic cannot be read.
    pub async fn open(environment: &Environment, operator: &str) -> Result<Self> {
        let client = Aws::from_environment(environment)?.dynamodb();
        let clinic = environment.require("CLINIC_TABLE")?;
        let clinic = PublishedClinic::open(client.clone(), clinic).await;
        Ok(Self {
            clinic: clinic.current().await?,
            contact: ContactRecords::open(&client, environment)?,
            booking: BookingRecords::open(&client, environment)?,
            mails: MailRecords::open(&client, environment)?,
            client,
            operator: Actor::Operator(operator.to_owned()),
        })
    }

    /// The tables' names, to show whose data it is.
    #[must_use]
    pub fn tables(&self) -> [&str; 3] {
        [
            self.contact.table(),
            self.booking.table(),
            self.mails.table(),
        ]
    }

    async fn note(&self, action: Action, subject: Vec<String>, now: Timestamp) -> Result<()> {
        let mut write = Write::of("audit entry");
        write.add(Part::Audit, self.entry(action, subject, now)?);
        write
            .commit(&self.client)
            .await
            .context("the audit trail cannot be written, so nothing was given out")
    }

    fn entry(&self, action: Action, subject: Vec<String>, at: Timestamp) -> Result<Change> {
        let entry = Entry {
            at,
            actor: self.operator.clone(),
            action,
            subject,
        };
        let keep_days = self.clinic.retention().audit_days;
        Ok(self.contact.note(&entry, keep_days)?)
    }
}

fn names(references: &BTreeSet<Reference>) -> Vec<String> {
    references.iter().map(Reference::to_string).collect()
}
