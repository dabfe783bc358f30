//! The mail table: queueing, leasing and settling a mail, and what records need of it.

use aws_sdk_dynamodb::{
    Client,
    error::SdkError,
    operation::update_item::{UpdateItemError, UpdateItemOutput},
    types::{AttributeValue, ReturnValue},
};
use jiff::Timestamp;

use super::{
    former,
    kind::{Kind, mail_id},
    lanes,
    mail::{HistoryEntry, Mail, Outcome, StoredMail, WHAT},
    raw::RawMail,
};
use crate::{
    reference::Reference,
    store::{Change, Consistency, Error, ExpiresAt, Item, Key, Moment, Table, Tries},
};

/// The mails, in the Mail table.
#[derive(Clone, Debug)]
pub struct Outbox(Table);

/// What became of taking a mail.
pub enum Taken {
    /// It is this mailer's alone, until its lease is over.
    Leased(Box<StoredMail>),
    /// It is not due, or another mailer has it or has sent it.
    NotDue,
    /// This version cannot read it. It was left as it is.
    Unreadable(RawMail),
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
    /// It was not sent in time, and nobody has any use for it now.
    Late,
}

/// More than a sweep can send of one lane. The numbers of what waits are counted up to this, too.
const MOST_OF_A_LANE: i32 = 500;

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

    /// The table, in which mails are counted as well.
    #[must_use]
    pub fn table(&self) -> &Table {
        &self.0
    }

    /// The client that asks the table.
    #[must_use]
    pub fn client(&self) -> &Client {
        self.0.client()
    }

    /// The part of a write that queues a mail, to be written together with what it reports. The mail is due
    /// now, unless its letter is for later, and kept for `keep_days` from then on.
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

    /// The part of a write that withdraws a mail: it is not sent unless it has been sent already. It never refuses the
    /// write: a mail that is gone leaves a mark that expires after `keep_days`.
    #[must_use]
    pub fn withdraw(&self, id: &str, now: Timestamp, keep_days: u32) -> Change {
        let expression = "SET withdrawn_at = :now, \
                          expires_at = if_not_exists(expires_at, :expires_at) REMOVE queue";
        self.0
            .update(&key(id), expression)
            .value(":now", Moment(now))
            .value(":expires_at", ExpiresAt::days_after(now, keep_days))
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
        self.get(&mail_id(about.as_str(), kind, revision)).await
    }

    /// Takes a mail until `until` for one mailer alone, if it waits and is due.
    ///
    /// It is read before it is taken, so that a mail that only another version can read stays as it is.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn take(&self, id: &str, now: Timestamp, until: Timestamp) -> Result<Taken, Error> {
        let Some(item) = self.0.get(&key(id), Consistency::Strong).await? else {
            return Ok(Taken::NotDue);
        };
        let raw = RawMail(item.clone());
        if !raw.is_due(now) {
            return Ok(Taken::NotDue);
        }
        if self.read(item).is_err() {
            return Ok(Taken::Unreadable(raw));
        }
        let leased = self.lease(id, now, until).await?;
        Ok(leased.map_or(Taken::NotDue, |mail| Taken::Leased(Box::new(mail))))
    }

    async fn lease(
        &self,
        id: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<StoredMail>, Error> {
        let mut tries = Tries::default();
        loop {
            match self.try_to_lease(id, now, until).await {
                // Something else is just changing it: withdrawing it, for example.
                Err(error) if is_conflict(&error) && tries.again().await => {}
                Ok(leased) => {
                    return self.read(leased.attributes.unwrap_or_default()).map(Some);
                }
                Err(error) => {
                    let refused = error.as_service_error();
                    if refused.is_some_and(UpdateItemError::is_conditional_check_failed_exception) {
                        return Ok(None);
                    }
                    return Err(self.0.failed("UpdateItem", WHAT, error));
                }
            }
        }
    }

    async fn try_to_lease(
        &self,
        id: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<UpdateItemOutput, SdkError<UpdateItemError>> {
        let moment = |moment| AttributeValue::S(Moment(moment).to_string());
        self.client()
            .update_item()
            .table_name(self.name())
            .key("id", AttributeValue::S(id.to_owned()))
            .update_expression(
                "SET due_at = :until, leased_until = :until, attempts = attempts + :one",
            )
            .condition_expression("attribute_exists(queue) AND due_at <= :now")
            .expression_attribute_values(":until", moment(until))
            .expression_attribute_values(":one", AttributeValue::N("1".to_owned()))
            .expression_attribute_values(":now", moment(now))
            .return_values(ReturnValue::AllNew)
            .send()
            .await
    }

    /// The part of a write that records how a try ended, on the condition that no other mailer has taken
    /// the mail since.
    #[must_use]
    pub fn settle(&self, mail: &StoredMail, settled: &Settled, now: Timestamp) -> Change {
        let (what, detail) = match settled {
            Settled::Sent(message_id) => ("sent", message_id.as_str()),
            Settled::Again(_, reason) => ("again", reason.as_str()),
            Settled::Failed(reason) => ("failed", reason.as_str()),
            Settled::Late => ("failed", "it was too late to be of use"),
        };
        let entry = HistoryEntry {
            at: Moment(now),
            what: what.to_owned(),
            detail: detail.to_owned(),
        };
        let history = "history = list_append(if_not_exists(history, :none), :entry)";
        let change = match settled {
            Settled::Again(at, _) => {
                let expression = format!("SET due_at = :due, {history} REMOVE leased_until");
                let change = self.0.update(&key(&mail.id), expression);
                change.value(":due", Moment(*at))
            }
            Settled::Sent(_) | Settled::Failed(_) | Settled::Late => {
                let expression =
                    format!("SET #state = :state, {history} REMOVE queue, leased_until");
                let change = self.0.update(&key(&mail.id), expression);
                change.name("#state", "state").value(":state", what)
            }
        };
        // A mail that was withdrawn while it was sent has been sent all the same.
        let condition = match settled {
            Settled::Sent(_) => "attempts = :attempts",
            _ => "attempts = :attempts AND attribute_exists(queue)",
        };
        change
            .condition(condition)
            .value(":attempts", mail.attempts)
            .value(":none", Vec::<HistoryEntry>::new())
            .value(":entry", [entry])
    }

    /// The mail of this id.
    ///
    /// # Errors
    /// When the store does not answer, or the mail cannot be read.
    pub async fn get(&self, id: &str) -> Result<Option<StoredMail>, Error> {
        let item = self.0.get(&key(id), Consistency::Strong).await?;
        item.map(|item| self.read(item)).transpose()
    }

    /// The part of a write that records an event about a mail, on the condition that this event was not recorded before and
    /// the outcome has not changed since the mail was read. The outcome that outweighs the other stands: a delivery never
    /// replaces a bounce.
    #[must_use]
    pub fn record_event(
        &self,
        mail: &StoredMail,
        event: &str,
        entry: HistoryEntry,
        outcome: Option<Outcome>,
    ) -> Change {
        let seen = mail.outcome();
        let outcome = outcome.max(seen);
        let set = outcome.map_or("", |_| ", outcome = :outcome");
        let expression = format!(
            "SET history = list_append(if_not_exists(history, :none), :entry){set} ADD events :event"
        );
        let unchanged = match seen {
            Some(_) => "outcome = :seen",
            None => "attribute_not_exists(outcome)",
        };
        let condition =
            format!("attribute_exists(id) AND NOT contains(events, :id) AND {unchanged}");
        let change = self.0.update(&key(&mail.id), expression);
        let change = change
            .condition(condition)
            .value(":none", Vec::<HistoryEntry>::new())
            .value(":entry", [entry])
            .attribute(":event", AttributeValue::Ss(vec![event.to_owned()]))
            .value(":id", event);
        let named = [(":outcome", outcome), (":seen", seen)];
        named
            .into_iter()
            .fold(change, |change, (name, value)| match value {
                Some(value) => change.value(name, value),
                None => change,
            })
    }

    /// The mails that are due by then, the first one of each lane, then the second of each, and so on: no lane holds up the
    /// others. At most 500 of each. Of a mail, only what the index `due` holds is there.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn waiting(&self, by: Timestamp) -> Result<Vec<RawMail>, Error> {
        let mut ranked = Vec::new();
        for lane in lanes::all() {
            let mails = self.lane(lane, by).await?;
            ranked.extend(mails.into_iter().enumerate());
        }
        ranked.sort_by_key(|(rank, _)| *rank);
        Ok(ranked.into_iter().map(|(_, mail)| RawMail(mail)).collect())
    }

    async fn lane(&self, lane: String, by: Timestamp) -> Result<Vec<Item>, Error> {
        let page = self
            .0
            .query()
            .index_name("due")
            .key_condition_expression("queue = :queue AND due_at <= :by")
            .expression_attribute_values(":queue", AttributeValue::S(lane))
            .expression_attribute_values(":by", AttributeValue::S(Moment(by).to_string()))
            .limit(MOST_OF_A_LANE)
            .send()
            .await;
        let page = page.map_err(|error| self.0.failed("Query", WHAT, error))?;
        Ok(page.items.unwrap_or_default())
    }

    /// Reads a mail, also one that an earlier version queued.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(super) fn read(&self, mut item: Item) -> Result<StoredMail, Error> {
        former::upgrade(&mut item);
        self.0.read(WHAT, item)
    }
}

fn is_conflict(error: &SdkError<UpdateItemError>) -> bool {
    let refused = error.as_service_error();
    refused.is_some_and(UpdateItemError::is_transaction_conflict_exception)
}

/// The key of whatever has this id in the mail table.
pub(super) fn key(id: &str) -> Key {
    Key::single(WHAT, "id", id)
}
