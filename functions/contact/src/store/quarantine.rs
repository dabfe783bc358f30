//! The quarantine as the digest reads it, and the moment up to which the last digest was written.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use shared::{
    guard::Reason,
    outbox::Mail,
    reference::Reference,
    store::{self, Change, Consistency, ExpiresAt, Item, Key, Moment, Uncommitted, Write, text},
    telemetry::Causes,
    values::TopicId,
};

use super::{
    Messages,
    item::{WHAT, reference_of},
};
use crate::message::MessageState;

/// A message in quarantine, with what the digest says of it.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Quarantined {
    pub(crate) reference: Reference,
    pub(crate) received_at: Moment,
    #[serde(default)]
    pub(crate) topic: Option<TopicId>,
    /// Empty when the item cannot be read; the digest lists it all the same.
    pub(crate) reasons: Vec<Reason>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Part {
    Digest,
    Mail,
}

fn digest_key() -> Key {
    Key::pair("digest", "digest", "state")
}

impl Messages {
    /// The moment up to which the last digest was written; `None` before the first.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(crate) async fn digested(&self) -> Result<Option<Timestamp>, store::Error> {
        let found = self.table.get(&digest_key(), Consistency::Strong).await?;
        let until = found.as_ref().and_then(|item| text(item, "until"));
        Ok(until.and_then(|until| until.parse().ok()))
    }

    /// Queues a digest that covers the quarantine up to `until`, in as many mails as it needs. Returns
    /// whether it did: another run may have been first.
    ///
    /// # Errors
    /// When the store does not take it.
    pub(crate) async fn write_digest(
        &self,
        until: Timestamp,
        mails: Vec<Mail>,
        now: Timestamp,
        keep_days: u32,
    ) -> Result<bool, store::Error> {
        let mut write = Write::of("digest");
        write.add(Part::Digest, self.digested_until(until, now));
        for mail in mails {
            let mail = self.outbox.queue(mail, now, 0, keep_days)?;
            write.add(Part::Mail, mail);
        }
        match write.commit(self.table.client()).await {
            Ok(()) => Ok(true),
            Err(Uncommitted::Refused(refused)) if refused.by(Part::Digest) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Records that a digest was written up to `until`, on the condition that no other was written up to
    /// then or, by a wrong clock, up to a moment in the future.
    fn digested_until(&self, until: Timestamp, now: Timestamp) -> Change {
        self.table
            .update(&digest_key(), "SET #until = :until")
            .condition("attribute_not_exists(#until) OR #until < :until OR #until > :now")
            .name("#until", "until")
            .value(":until", Moment(until))
            .value(":now", Moment(now))
    }

    /// The messages in quarantine that were received until then, the newest first and at most `most`, and
    /// how many there are in all.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(crate) async fn quarantined(
        &self,
        until: Timestamp,
        now: Timestamp,
        most: usize,
    ) -> Result<(Vec<Quarantined>, usize), store::Error> {
        let unwritable = |error: serde_dynamo::Error| store::Error::unwritable(WHAT, error);
        let state = serde_dynamo::to_attribute_value(MessageState::Quarantined);
        let alive = ExpiresAt::after(now, SignedDuration::ZERO);
        let alive = serde_dynamo::to_attribute_value(alive).map_err(unwritable)?;
        let until = AttributeValue::S(Moment(until).to_string());
        let mut pages = self
            .table
            .query()
            .index_name("inbox")
            .scan_index_forward(false)
            .key_condition_expression("inbox = :inbox AND received_at <= :until")
            .filter_expression("expires_at > :now")
            .projection_expression("pk, #reference, received_at, topic, reasons")
            .expression_attribute_names("#reference", "reference")
            .expression_attribute_values(":inbox", state.map_err(unwritable)?)
            .expression_attribute_values(":until", until)
            .expression_attribute_values(":now", alive)
            .into_paginator()
            .items()
            .send();
        let (mut quarantined, mut count) = (Vec::new(), 0);
        while let Some(item) = pages.next().await {
            let item = item.map_err(|error| self.table.failed("Query", WHAT, error))?;
            count += 1;
            if quarantined.len() < most {
                quarantined.push(self.quarantined_message(item)?);
            }
        }
        Ok((quarantined, count))
    }

    /// Of a message that cannot be read, the key is enough for the digest: it must not be lost, and must
    /// not hold up the others.
    fn quarantined_message(&self, item: Item) -> Result<Quarantined, store::Error> {
        let key = item.clone();
        self.table.read(WHAT, item).or_else(|error| {
            let reference = text(&key, "pk").and_then(reference_of);
            let received_at = text(&key, "received_at").and_then(|moment| moment.parse().ok());
            tracing::error!(
                message.reference = ?reference,
                error = %Causes(&error),
                "a message in quarantine cannot be read"
            );
            match (reference, received_at) {
                (Some(reference), Some(received_at)) => Ok(Quarantined {
                    reference,
                    received_at: Moment(received_at),
                    topic: None,
                    reasons: Vec::new(),
                }),
                _ => Err(error),
            }
        })
    }
}
