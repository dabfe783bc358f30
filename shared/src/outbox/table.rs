//! The mail table: queueing, leasing and settling a mail, and what records need of it.

use aws_sdk_dynamodb::{
    Client,
    operation::update_item::UpdateItemError,
    types::{AttributeValue, ReturnValue},
};
use jiff::Timestamp;
use serde::Deserialize;

use super::{
    facts::DigestLine,
    former,
    kind::Kind,
    mail::{HistoryEntry, Mail, MailState, QUEUE, StoredMail, mail_id},
};
use crate::{
    records::export,
    reference::Reference,
    store::{Change, Consistency, Error, Item, Key, Moment, Table, text},
};

const WHAT: &str = "mail";

/// The mails, in the Mail table.
#[derive(Clone, Debug)]
pub struct Outbox(Table);

/// A mail that waits, as the index `due` knows it.
#[derive(Debug, Deserialize)]
pub struct DueMail {
    pub id: String,
    pub due_at: Moment,
    first_due_at: Option<Moment>,
}

/// A mail that this version cannot read, as it is stored.
pub struct UnreadableMail(Item);

impl UnreadableMail {
    #[must_use]
    pub fn id(&self) -> &str {
        text(&self.0, "id").unwrap_or_default()
    }

    /// Whether it waits to be sent.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        self.0.contains_key("queue")
    }

    /// The message or booking that it is about, from its id. `None` for a mail about several, or none.
    #[must_use]
    pub fn reference(&self) -> Option<Reference> {
        let (about, _) = self.id().split_once('/')?;
        Reference::parse_contact(about).or_else(|| Reference::parse_booking(about))
    }

    /// Whether one of its texts is this one, as a whole and in any case.
    #[must_use]
    pub fn has(&self, text: &str) -> bool {
        self.0.values().any(|value| is_or_has(value, text))
    }

    /// The whole of it as JSON.
    ///
    /// # Errors
    /// When it has no form in JSON.
    pub fn export(&self) -> Result<serde_json::Value, Error> {
        export(WHAT, &self.0, &["queue"])
    }
}

/// How a try to send a mail ended.
#[derive(Debug)]
pub enum Settled {
    /// SES took it, under this message id.
    Sent(String),
    /// It is to be tried again at this moment, for this reason.
    Again(Timestamp, String),
    /// It is given up, for this reason.
    Failed(String),
}

impl DueMail {
    /// When it was to be sent, before any try.
    #[must_use]
    pub fn first_due_at(&self) -> Timestamp {
        self.first_due_at.unwrap_or(self.due_at).0
    }
}

impl Outbox {
    /// The table of this name.
    pub fn new(client: Client, name: impl Into<String>) -> Self {
        Self(Table::new(client, name))
    }

    /// The name of the table.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.name()
    }

    /// The client that asks the table.
    #[must_use]
    pub fn client(&self) -> &Client {
        self.0.client()
    }

    /// The part of a write that queues a mail, to be written together with what it reports. The mail is due
    /// now and kept for `keep_days`.
    ///
    /// # Errors
    /// When it cannot be written as attributes.
    pub fn queue(
        &self,
        mail: Mail,
        now: Timestamp,
        revision: u32,
        keep_days: u32,
    ) -> Result<Change, Error> {
        let stored = StoredMail::new(mail, now, revision, keep_days);
        self.0.put_new(&key(&stored.id), &stored)
    }

    /// The mail of that kind and revision about a message or booking.
    ///
    /// # Errors
    /// When the store does not answer, or the mail cannot be read.
    pub async fn find(
        &self,
        about: &Reference,
        kind: Kind,
        revision: u32,
    ) -> Result<Option<StoredMail>, Error> {
        let key = key(&mail_id(about.as_str(), kind, revision));
        let item = self.0.get(&key, Consistency::Strong).await?;
        item.map(|item| self.read(item)).transpose()
    }

    /// Takes a mail until `until` for one mailer alone, if it waits and is due. `None` if it is not:
    /// another mailer has it, or has sent it.
    ///
    /// # Errors
    /// When the store does not answer, or the mail cannot be read.
    pub async fn lease(
        &self,
        id: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<StoredMail>, Error> {
        let moment = |moment| AttributeValue::S(Moment(moment).to_string());
        let leased = self
            .client()
            .update_item()
            .table_name(self.name())
            .key("id", AttributeValue::S(id.to_owned()))
            .update_expression("SET due_at = :until, attempts = attempts + :one")
            .condition_expression("queue = :queue AND due_at <= :now")
            .expression_attribute_values(":until", moment(until))
            .expression_attribute_values(":one", AttributeValue::N("1".to_owned()))
            .expression_attribute_values(":queue", AttributeValue::S(QUEUE.to_owned()))
            .expression_attribute_values(":now", moment(now))
            .return_values(ReturnValue::AllNew)
            .send()
            .await;
        match leased {
            Ok(leased) => self.read(leased.attributes.unwrap_or_default()).map(Some),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(UpdateItemError::is_conditional_check_failed_exception) =>
            {
                Ok(None)
            }
            Err(error) => Err(self.0.failed("UpdateItem", WHAT, error)),
        }
    }

    /// Takes a mail out of the queue that cannot be read, and so would be tried for ever.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn give_up(&self, id: &str) -> Result<(), Error> {
        let given_up = self
            .client()
            .update_item()
            .table_name(self.name())
            .key("id", AttributeValue::S(id.to_owned()))
            .update_expression("SET #state = :failed REMOVE queue")
            .condition_expression("attribute_exists(id)")
            .expression_attribute_names("#state", "state")
            .expression_attribute_values(":failed", AttributeValue::S("failed".to_owned()))
            .send()
            .await;
        given_up.map_err(|error| self.0.failed("UpdateItem", WHAT, error))?;
        Ok(())
    }

    /// The part of a write that records how a try ended, on the condition that no other mailer has taken
    /// the mail since.
    #[must_use]
    pub fn settle(&self, mail: &StoredMail, settled: &Settled, now: Timestamp) -> Change {
        let (what, detail) = match settled {
            Settled::Sent(message_id) => ("sent", message_id),
            Settled::Again(_, reason) => ("again", reason),
            Settled::Failed(reason) => ("failed", reason),
        };
        let entry = HistoryEntry {
            at: Moment(now),
            what: what.to_owned(),
            detail: detail.clone(),
        };
        let history = "history = list_append(if_not_exists(history, :none), :entry)";
        let change = match settled {
            Settled::Again(at, _) => {
                let expression = format!("SET due_at = :due, {history}");
                let change = self.0.update(&key(&mail.id), expression);
                change.value(":due", Moment(*at))
            }
            Settled::Sent(_) | Settled::Failed(_) => {
                let expression = format!("SET #state = :state, {history} REMOVE queue");
                let change = self.0.update(&key(&mail.id), expression);
                change.name("#state", "state").value(":state", what)
            }
        };
        change
            .condition("attempts = :attempts AND queue = :queue")
            .value(":attempts", mail.attempts)
            .value(":queue", QUEUE)
            .value(":none", Vec::<HistoryEntry>::new())
            .value(":entry", [entry])
    }

    /// The mails that are due by then, the first one first.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn waiting(&self, by: Timestamp) -> Result<Vec<DueMail>, Error> {
        let mut pages = self
            .0
            .query()
            .index_name("due")
            .key_condition_expression("queue = :queue AND due_at <= :by")
            .expression_attribute_values(":queue", AttributeValue::S(QUEUE.to_owned()))
            .expression_attribute_values(":by", AttributeValue::S(Moment(by).to_string()))
            .into_paginator()
            .items()
            .send();
        let mut waiting = Vec::new();
        while let Some(item) = pages.next().await {
            let item = item.map_err(|error| self.0.failed("Query", WHAT, error))?;
            if let Ok(mail) = serde_dynamo::from_item(item) {
                waiting.push(mail);
            } else {
                tracing::error!("an entry of the index of waiting mails cannot be read");
            }
        }
        Ok(waiting)
    }

    /// All mails, for an operator's command, and those that this version cannot read.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn all(&self) -> Result<(Vec<StoredMail>, Vec<UnreadableMail>), Error> {
        let (mut mails, mut unreadable) = (Vec::new(), Vec::new());
        for item in self.0.scan(WHAT).await? {
            match self.read(item.clone()) {
                Ok(mail) => mails.push(mail),
                Err(_) => unreadable.push(UnreadableMail(item)),
            }
        }
        Ok((mails, unreadable))
    }

    /// The part of a write that deletes a mail.
    #[must_use]
    pub fn delete(&self, id: &str) -> Change {
        self.0.delete(&key(id))
    }

    /// The part of a write that leaves only `lines` in a mail about several messages, on the condition that
    /// no mailer has taken the mail since it was read. A mail that waits and would be empty is deleted.
    #[must_use]
    pub fn keep_lines(&self, mail: &StoredMail, lines: &[&DigestLine]) -> Change {
        let key = key(&mail.id);
        let change = if lines.is_empty() && mail.state == MailState::Waiting {
            self.0.delete(&key)
        } else {
            let change = self.0.update(&key, "SET letter.#lines = :lines");
            change.name("#lines", "lines").value(":lines", lines)
        };
        change
            .condition("attempts = :attempts")
            .value(":attempts", mail.attempts)
    }

    /// The error of a mail that this version cannot read.
    #[must_use]
    pub fn unreadable(&self) -> Error {
        self.0.unreadable(WHAT)
    }

    fn read(&self, mut item: Item) -> Result<StoredMail, Error> {
        former::upgrade(&mut item);
        self.0.read(WHAT, item)
    }
}

fn is_or_has(value: &AttributeValue, text: &str) -> bool {
    match value {
        AttributeValue::S(value) => value.eq_ignore_ascii_case(text),
        AttributeValue::Ss(values) => values.iter().any(|value| value.eq_ignore_ascii_case(text)),
        AttributeValue::L(values) => values.iter().any(|value| is_or_has(value, text)),
        AttributeValue::M(values) => values.values().any(|value| is_or_has(value, text)),
        _ => false,
    }
}

fn key(id: &str) -> Key {
    Key::single(WHAT, "id", id)
}
