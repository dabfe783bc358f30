//! The outbox, from the side that empties it.
//!
//! `due_at` is the lease as well: taking a mail moves it so far into the future that a mailer that
//! dies leaves it to the next sweep.

use aws_sdk_dynamodb::{
    Client,
    types::{AttributeValue, ReturnValue, TransactWriteItem, Update},
};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use shared::{
    metrics::{self, Metric},
    outbox::{Mail, QUEUE, StoredMail},
    stored::{Moment, sortable},
    transaction::{StoreError, Uncommitted, commit, update},
};

/// Longer than the write that takes it (5 s), the SES call (5 s) and the transaction after it with its
/// retries (9 s) may take together.
const LEASE: SignedDuration = SignedDuration::from_secs(20);

/// The mails that wait.
#[derive(Clone)]
pub(crate) struct Queue {
    client: Client,
    table: String,
}

/// The queue cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum QueueError {
    /// The store did not answer.
    #[error("the outbox is unavailable")]
    Unavailable(#[source] StoreError),
    /// The item is not as this program writes it.
    #[error("the mail {0} cannot be read")]
    Unreadable(String),
}

/// A mail in the queue, as the index `due` knows it.
#[derive(Debug, Deserialize)]
pub(crate) struct Waiting {
    pub(crate) id: String,
    pub(crate) due_at: Moment,
    first_due_at: Option<Moment>,
}

impl Waiting {
    /// When it was to be sent, before any try.
    pub(crate) fn first_due_at(&self) -> Timestamp {
        self.first_due_at.as_ref().unwrap_or(&self.due_at).0
    }
}

/// How a try ended.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// SES took it, under this id.
    Sent(String),
    /// It is to be tried again then, because of this.
    Again(Timestamp, String),
    /// It will never be taken, because of this.
    Failed(String),
}

impl Queue {
    pub(crate) fn new(client: Client, table: &str) -> Self {
        Self {
            client,
            table: table.to_owned(),
        }
    }

    /// Takes a mail for this mailer alone, if it waits and is due. `None` if it does not: somebody
    /// else has it, or has sent it.
    ///
    /// # Errors
    /// [`QueueError`].
    pub(crate) async fn lease(
        &self,
        id: &str,
        now: Timestamp,
    ) -> Result<Option<StoredMail>, QueueError> {
        let until = now.saturating_add(LEASE).unwrap_or(now);
        let answer = self
            .client
            .update_item()
            .table_name(&self.table)
            .key("id", AttributeValue::S(id.to_owned()))
            .update_expression("SET due_at = :until, attempts = attempts + :one")
            .condition_expression("queue = :queue AND due_at <= :now")
            .expression_attribute_values(":until", AttributeValue::S(sortable(until)))
            .expression_attribute_values(":one", AttributeValue::N("1".to_owned()))
            .expression_attribute_values(":queue", AttributeValue::S(QUEUE.to_owned()))
            .expression_attribute_values(":now", AttributeValue::S(sortable(now)))
            .return_values(ReturnValue::AllNew)
            .send()
            .await;
        let item = match answer {
            Ok(answer) => answer.attributes.unwrap_or_default(),
            Err(error) => {
                let refused = error
                    .as_service_error()
                    .is_some_and(aws_sdk_dynamodb::operation::update_item::UpdateItemError::is_conditional_check_failed_exception);
                return if refused {
                    Ok(None)
                } else {
                    Err(unavailable(&error))
                };
            }
        };
        if let Ok(mail) = serde_dynamo::from_item(item) {
            return Ok(Some(mail));
        }
        self.give_up(id).await?;
        Err(QueueError::Unreadable(id.to_owned()))
    }

    /// Takes a mail that cannot be read out of the queue: it would be tried for ever.
    async fn give_up(&self, id: &str) -> Result<(), QueueError> {
        metrics::record(&[(Metric::MailsFailed, 1)]);
        self.client
            .update_item()
            .table_name(&self.table)
            .key("id", AttributeValue::S(id.to_owned()))
            .update_expression("SET #state = :failed REMOVE queue")
            .condition_expression("attribute_exists(id)")
            .expression_attribute_names("#state", "state")
            .expression_attribute_values(":failed", AttributeValue::S("failed".to_owned()))
            .send()
            .await
            .map_err(|error| unavailable(&error))?;
        Ok(())
    }

    /// Writes down how a try ended, unless somebody else has taken the mail since; with the mail `notice`,
    /// if there is one to queue.
    ///
    /// # Errors
    /// [`QueueError`].
    pub(crate) async fn settle(
        &self,
        mail: &StoredMail,
        outcome: &Outcome,
        notice: Option<Mail>,
        keep_days: u32,
        now: Timestamp,
    ) -> Result<(), QueueError> {
        let mut writes = vec![self.settling(mail, outcome, now)?];
        if let Some(notice) = notice {
            // A mail that was put back and fails again is another thing to tell.
            let notice = notice.queue(&self.table, now, mail.attempts, keep_days);
            writes.push(notice.map_err(QueueError::Unavailable)?);
        }
        match commit(&self.client, writes).await {
            Ok(()) | Err(Uncommitted::Refused(_)) => Ok(()),
            Err(Uncommitted::Unavailable(error)) => Err(QueueError::Unavailable(error)),
        }
    }

    fn settling(
        &self,
        mail: &StoredMail,
        outcome: &Outcome,
        now: Timestamp,
    ) -> Result<TransactWriteItem, QueueError> {
        let (what, detail) = match outcome {
            Outcome::Sent(message_id) => ("sent", message_id),
            Outcome::Again(_, reason) => ("again", reason),
            Outcome::Failed(reason) => ("failed", reason),
        };
        let entry = [
            ("at", sortable(now)),
            ("what", what.to_owned()),
            ("detail", detail.clone()),
        ]
        .map(|(name, value)| (name.to_owned(), AttributeValue::S(value)));
        let settling = Update::builder()
            .table_name(&self.table)
            .key("id", AttributeValue::S(mail.id.clone()))
            .condition_expression("attempts = :attempts AND queue = :queue")
            .expression_attribute_values(":attempts", AttributeValue::N(mail.attempts.to_string()))
            .expression_attribute_values(":queue", AttributeValue::S(QUEUE.to_owned()))
            .expression_attribute_values(":none", AttributeValue::L(Vec::new()))
            .expression_attribute_values(
                ":entry",
                AttributeValue::L(vec![AttributeValue::M(entry.into())]),
            );
        let history = "history = list_append(if_not_exists(history, :none), :entry)";
        let settling = match outcome {
            Outcome::Again(at, _) => settling
                .update_expression(format!("SET due_at = :due, {history}"))
                .expression_attribute_values(":due", AttributeValue::S(sortable(*at))),
            Outcome::Sent(_) | Outcome::Failed(_) => settling
                .update_expression(format!("SET #state = :state, {history} REMOVE queue"))
                .expression_attribute_names("#state", "state")
                .expression_attribute_values(":state", AttributeValue::S(what.to_owned())),
        };
        let settling = settling.build().map_err(|error| unavailable(&error))?;
        Ok(update(settling))
    }

    /// The mails that are due by then, the first one first.
    ///
    /// # Errors
    /// [`QueueError`].
    pub(crate) async fn waiting(&self, by: Timestamp) -> Result<Vec<Waiting>, QueueError> {
        let mut pages = self
            .client
            .query()
            .table_name(&self.table)
            .index_name("due")
            .key_condition_expression("queue = :queue AND due_at <= :by")
            .expression_attribute_values(":queue", AttributeValue::S(QUEUE.to_owned()))
            .expression_attribute_values(":by", AttributeValue::S(sortable(by)))
            .into_paginator()
            .items()
            .send();
        let mut waiting = Vec::new();
        while let Some(item) = pages.next().await {
            let item = item.map_err(|error| unavailable(&error))?;
            if let Ok(mail) = serde_dynamo::from_item(item) {
                waiting.push(mail);
            } else {
                tracing::error!("an entry of the index of waiting mails cannot be read");
            }
        }
        Ok(waiting)
    }
}

fn unavailable<E: std::error::Error + 'static>(error: &E) -> QueueError {
    QueueError::Unavailable(StoreError::new("Mail table", error))
}
