//! Messages in the Contact table: one write stores the message, its idempotency record, the count of
//! its sender and its two mails.

use aws_sdk_dynamodb::{
    Client,
    types::{AttributeValue, TransactWriteItem},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use shared::{
    clinic::Clinic,
    environment::{Environment, MissingVariable},
    guard::{Allowance, Answer, Attempt, ReplayError, Sender},
    metrics::{self, Metric},
    outbox::mail_id,
    reference::Reference,
    stored::ExpiresAt,
    transaction::{Item, Refusal, StoreError, Uncommitted, commit, put_new},
};

use crate::{
    item::{MailProgress, SORT, StoredMessage, partition},
    links::ReviewLinks,
    message::Message,
    proof::{Proof, Solved},
    screen::{Reason, Verdict},
    submit::Receipt,
};

/// The messages of the clinic.
#[derive(Clone)]
pub(crate) struct Messages {
    pub(crate) client: Client,
    pub(crate) table: String,
    pub(crate) mail_table: String,
}

/// A message on its way in, with everything that decides what becomes of it.
pub(crate) struct Delivery {
    pub(crate) message: Message,
    pub(crate) verdict: Verdict,
    pub(crate) attempt: Attempt,
    pub(crate) sender: Sender,
    pub(crate) proof: Proof,
}

/// A message that was not stored.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReceiveError {
    /// It came before, under the same key.
    #[error(transparent)]
    Replay(#[from] ReplayError),
    /// Its sender has sent too many.
    #[error("the sender has sent too many messages")]
    TooMany {
        /// Until there is room again.
        seconds: u32,
    },
    /// The store did not take it.
    #[error("the message could not be stored")]
    Unavailable(#[source] Uncommitted),
    /// It could not be written as attributes.
    #[error("the message could not be written")]
    Unwritable(#[from] StoreError),
}

/// The mails of a message by their kind, and their revision: a message is told of once.
const MAIL_KINDS: [&str; 2] = ["message_to_staff", "message_receipt"];
const MAIL_REVISION: u32 = 0;

impl Messages {
    /// From `CONTACT_TABLE` and `MAIL_TABLE`.
    ///
    /// # Errors
    /// When one of them is missing.
    pub(crate) fn open(client: Client, environment: &Environment) -> Result<Self, MissingVariable> {
        Ok(Self {
            client,
            table: environment.require("CONTACT_TABLE")?.to_owned(),
            mail_table: environment.require("MAIL_TABLE")?.to_owned(),
        })
    }

    /// Stores the message and queues its mails, or finds the answer that it was given before. A
    /// suspicious one is stored without mails.
    ///
    /// One call; another one for each thing that only the store could know: that the sender has sent
    /// many, or the proof was used. The message goes into quarantine then.
    ///
    /// # Errors
    /// [`ReceiveError`]; nothing was stored then.
    pub(crate) async fn receive(
        &self,
        mut delivery: Delivery,
        links: &ReviewLinks,
        clinic: &Clinic,
    ) -> Result<Answer<Receipt>, ReceiveError> {
        loop {
            let receipt = Receipt::of(&delivery.message, clinic);
            let items = self.items(&delivery, &receipt, links, clinic)?;
            let refusals = match commit(&self.client, items).await {
                Ok(()) => {
                    report(&delivery);
                    return Ok(Answer {
                        content: receipt,
                        replayed: false,
                    });
                }
                Err(Uncommitted::Refused(refusals)) => refusals,
                Err(error) => return Err(ReceiveError::Unavailable(error)),
            };
            // In the order of the items. The record comes first: a replay is no new message to count.
            match refusals.as_slice() {
                [Some(record), ..] => return Ok(delivery.attempt.replay(record)?),
                [None, Some(count), ..] => delivery.sent_many(count, clinic)?,
                [None, None, Some(_), ..] if matches!(delivery.proof, Proof::Good(_)) => {
                    delivery.proof = Proof::None;
                    delivery.verdict.suspect(Reason::ProofOfWorkUsedBefore);
                }
                _ => return Err(ReceiveError::Unavailable(Uncommitted::Refused(refusals))),
            }
        }
    }

    fn items(
        &self,
        delivery: &Delivery,
        receipt: &Receipt,
        links: &ReviewLinks,
        clinic: &Clinic,
    ) -> Result<Vec<TransactWriteItem>, StoreError> {
        let now = delivery.message.received_at;
        let stored = StoredMessage::of(&delivery.message, &delivery.verdict, clinic);
        let mut items = vec![
            delivery.attempt.record(&self.table, now, receipt)?,
            delivery
                .sender
                .count(&self.table, delivery.allowance(clinic))?,
        ];
        if let Proof::Good(solved) = &delivery.proof {
            items.push(used(&self.table, solved)?);
        }
        items.push(put_new(&self.table, "pk", &stored)?);
        if !delivery.verdict.is_quarantined() {
            items.extend(self.queue(&stored, links, clinic, now)?);
        }
        Ok(items)
    }

    /// The message's mails, as items to write.
    pub(crate) fn queue(
        &self,
        stored: &StoredMessage,
        links: &ReviewLinks,
        clinic: &Clinic,
        now: Timestamp,
    ) -> Result<Vec<TransactWriteItem>, StoreError> {
        let review_url = links.of(&stored.reference, stored.received_at.0, clinic);
        let mails = stored.mails(review_url, clinic).into_iter();
        mails
            .map(|mail| {
                mail.queue(
                    &self.mail_table,
                    now,
                    MAIL_REVISION,
                    clinic.retention.mails_days,
                )
            })
            .collect()
    }

    /// The message of that reference. One that has expired is not there.
    ///
    /// # Errors
    /// When the store does not answer, or the item cannot be read.
    pub(crate) async fn find(
        &self,
        reference: &Reference,
        now: Timestamp,
    ) -> Result<Option<StoredMessage>, StoreError> {
        let get = self.client.get_item().table_name(&self.table);
        let found = get
            .key("pk", AttributeValue::S(partition(reference)))
            .key("sk", AttributeValue::S(SORT.to_owned()))
            .consistent_read(true)
            .send()
            .await
            .map_err(|error| StoreError::new("GetItem", &error))?;
        let Some(item) = found.item else {
            return Ok(None);
        };
        let message: StoredMessage = read(item, "message")?;
        Ok((!message.is_past(now)).then_some(message))
    }

    /// How the mails of that reference fare, as far as there are any.
    ///
    /// # Errors
    /// When the store does not answer, or an item cannot be read.
    pub(crate) async fn mails(
        &self,
        reference: &Reference,
        now: Timestamp,
    ) -> Result<Vec<MailProgress>, StoreError> {
        let mut mails = Vec::new();
        for kind in MAIL_KINDS {
            mails.extend(self.mail(reference, kind).await?);
        }
        mails.retain(|mail| !mail.is_past(now));
        Ok(mails)
    }

    async fn mail(
        &self,
        reference: &Reference,
        kind: &str,
    ) -> Result<Option<MailProgress>, StoreError> {
        let id = mail_id(reference.as_str(), kind, MAIL_REVISION);
        let get = self.client.get_item().table_name(&self.mail_table);
        let found = get
            .key("id", AttributeValue::S(id))
            .consistent_read(true)
            .send()
            .await
            .map_err(|error| StoreError::new("GetItem", &error))?;
        found.item.map(|item| read(item, "mail")).transpose()
    }
}

impl Delivery {
    /// A message that goes into quarantine anyway has the larger one.
    fn allowance(&self, clinic: &Clinic) -> Allowance {
        let limits = clinic.contact.limits;
        if self.verdict.is_quarantined() {
            Allowance {
                per_minute: limits.refuse_per_minute,
                per_day: limits.refuse_per_day,
            }
        } else {
            Allowance {
                per_minute: limits.quarantine_per_minute,
                per_day: limits.quarantine_per_day,
            }
        }
    }

    /// The sender's count stood in the way: into quarantine with the message, or no more of them.
    fn sent_many(&mut self, count: &Refusal, clinic: &Clinic) -> Result<(), ReceiveError> {
        let was_last = self.verdict.is_quarantined();
        self.verdict.suspect(Reason::BusyAddress);
        match self.sender.wait(count, self.allowance(clinic)) {
            Some(seconds) => Err(ReceiveError::TooMany { seconds }),
            None if was_last => Err(ReceiveError::TooMany { seconds: 60 }),
            None => Ok(()),
        }
    }
}

fn report(delivery: &Delivery) {
    let quarantined = u64::from(delivery.verdict.is_quarantined());
    metrics::record(&[
        (Metric::Messages, 1),
        (Metric::QuarantinedMessages, quarantined),
    ]);
    tracing::info!(
        message.reference = %delivery.message.reference,
        message.quarantined_for = ?delivery.verdict.reasons(),
        "stored contact message"
    );
}

/// That a challenge was solved can be said once. Until it expires it is remembered here; after that
/// its age speaks against it.
fn used(table: &str, solved: &Solved) -> Result<TransactWriteItem, StoreError> {
    #[derive(Serialize)]
    struct Used {
        pk: String,
        sk: &'static str,
        expires_at: ExpiresAt,
    }
    let item = Used {
        pk: format!("proof#{}", solved.id),
        sk: "proof",
        expires_at: solved.expires_at,
    };
    put_new(table, "pk", item)
}

pub(crate) fn read<T: for<'de> Deserialize<'de>>(
    item: Item,
    what: &'static str,
) -> Result<T, StoreError> {
    serde_dynamo::from_item(item).map_err(|_| StoreError::unreadable(what))
}
