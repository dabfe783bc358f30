//! What is stored about people, for those who have to give an account of it: taken out for one person
//! or for some days, erased for one person. Each use is a line in the audit trail.
//!
//! An operator may wait: people are found by reading the tables through, so no index of addresses has
//! to be kept.

mod erase;
mod person;
mod sheet;

use anyhow::{Context as _, Result};
use aws_sdk_dynamodb::{Client, types::AttributeValue};
use jiff::Timestamp;
use shared::{
    audit::{Action, Actor, Entry},
    aws::Aws,
    clinic::{Clinic, PublishedClinic},
    environment::Environment,
    transaction::{Item, commit},
};

pub use person::Person;
pub use sheet::Days;

/// The tables that hold something about people.
pub struct Records {
    client: Client,
    clinic: std::sync::Arc<Clinic>,
    contact: String,
    booking: String,
    mail: String,
    operator: Actor,
}

impl Records {
    /// Opens the tables that `CLINIC_TABLE`, `CONTACT_TABLE`, `BOOKING_TABLE` and `MAIL_TABLE` name.
    /// `operator` is who the audit trail names.
    ///
    /// # Errors
    /// When a variable is missing, or the clinic cannot be read.
    pub async fn open(environment: &Environment, operator: &str) -> Result<Self> {
        let client = Aws::from_environment(environment)?.dynamodb();
        let clinic = environment.require("CLINIC_TABLE")?;
        let clinic = PublishedClinic::open(client.clone(), clinic).await?;
        Ok(Self {
            client,
            clinic: clinic.current(),
            contact: environment.require("CONTACT_TABLE")?.to_owned(),
            booking: environment.require("BOOKING_TABLE")?.to_owned(),
            mail: environment.require("MAIL_TABLE")?.to_owned(),
            operator: Actor::Operator(operator.to_owned()),
        })
    }

    /// The tables' names, to show whose data it is.
    #[must_use]
    pub fn tables(&self) -> [&str; 3] {
        [&self.contact, &self.booking, &self.mail]
    }

    async fn note(&self, action: Action, subject: Vec<String>, at: Timestamp) -> Result<()> {
        let entry = self
            .entry(action, subject, at)
            .append(&self.contact, self.clinic.retention.audit_days)?;
        commit(&self.client, vec![entry])
            .await
            .context("the audit trail cannot be written, so nothing was given out")
    }

    fn entry(&self, action: Action, subject: Vec<String>, at: Timestamp) -> Entry {
        Entry {
            at,
            actor: self.operator.clone(),
            action,
            subject,
        }
    }

    async fn all(&self, table: &str) -> Result<Vec<Item>> {
        let pages = self
            .client
            .scan()
            .table_name(table)
            .consistent_read(true)
            .into_paginator()
            .items()
            .send();
        pages
            .collect::<Result<Vec<Item>, _>>()
            .await
            .with_context(|| format!("the table {table} cannot be read"))
    }
}

fn text<'a>(item: &'a Item, name: &str) -> &'a str {
    let text = item.get(name).and_then(|value| value.as_s().ok());
    text.map_or("", String::as_str)
}

/// Whether the item's time is over; it is deleted some time after.
fn is_past(item: &Item, now: Timestamp) -> bool {
    let seconds = item.get("expires_at").and_then(|value| value.as_n().ok());
    seconds
        .and_then(|seconds| seconds.parse().ok())
        .is_some_and(|seconds: i64| seconds <= now.as_second())
}

fn nested<'a>(item: &'a Item, map: &str) -> Option<&'a Item> {
    item.get(map)
        .and_then(|value: &AttributeValue| value.as_m().ok())
}
