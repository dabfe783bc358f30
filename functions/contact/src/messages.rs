//! Messages in the Contact table: one write stores the message, its idempotency record and its two
//! mails.

use aws_sdk_dynamodb::{Client, types::TransactWriteItem};
use serde::Serialize;
use shared::{
    clinic::Clinic,
    guard::{Answer, Attempt, ReplayError},
    outbox::{Letter, Mail, MessageReceipt, MessageToStaff},
    reference::Reference,
    stored::{ExpiresAt, sortable},
    transaction::{StoreError, Uncommitted, commit, put_new},
    values::{EmailAddress, FreeText, PersonName, PhoneNumber},
};

use crate::{message::Message, submit::Receipt};

/// The messages of the clinic.
#[derive(Clone)]
pub(crate) struct Messages {
    client: Client,
    table: String,
    mail_table: String,
}

/// A message that was not stored.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReceiveError {
    /// It came before, under the same key.
    #[error(transparent)]
    Replay(#[from] ReplayError),
    /// The store did not take it.
    #[error("the message could not be stored")]
    Unavailable(#[source] Uncommitted),
    /// It could not be written as attributes.
    #[error("the message could not be written")]
    Unwritable(#[from] StoreError),
}

/// A message as it is stored. `inbox` and `received_at` are the key of the index `inbox`.
#[derive(Serialize)]
struct Item<'a> {
    pk: String,
    sk: &'static str,
    reference: &'a Reference,
    inbox: &'static str,
    received_at: String,
    name: &'a PersonName,
    email: &'a EmailAddress,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<&'a PhoneNumber>,
    #[serde(skip_serializing_if = "Option::is_none")]
    topic: Option<&'a str>,
    message: &'a FreeText,
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<&'a str>,
    expires_at: ExpiresAt,
}

impl Messages {
    pub(crate) fn new(client: Client, table: &str, mail_table: &str) -> Self {
        Self {
            client,
            table: table.to_owned(),
            mail_table: mail_table.to_owned(),
        }
    }

    /// Stores the message and queues its mails, or finds the answer that it was given before.
    ///
    /// # Errors
    /// [`ReceiveError`]; nothing was stored then.
    pub(crate) async fn receive(
        &self,
        message: &Message,
        attempt: &Attempt,
        clinic: &Clinic,
    ) -> Result<Answer<Receipt>, ReceiveError> {
        let receipt = Receipt::of(message, clinic);
        let record = attempt.record(&self.table, message.received_at, &receipt)?;
        let mut items = vec![record, self.item(message, clinic)?];
        for mail in mails(message, clinic) {
            let now = message.received_at;
            items.push(mail.queue(&self.mail_table, now, 0, clinic.retention.mails_days)?);
        }
        match commit(&self.client, items).await {
            Ok(()) => Ok(Answer {
                content: receipt,
                replayed: false,
            }),
            Err(Uncommitted::Refused(refusals)) => match refusals.into_iter().next().flatten() {
                Some(record) => Ok(attempt.replay(&record)?),
                None => Err(ReceiveError::Unavailable(Uncommitted::Refused(Vec::new()))),
            },
            Err(error) => Err(ReceiveError::Unavailable(error)),
        }
    }

    fn item(&self, message: &Message, clinic: &Clinic) -> Result<TransactWriteItem, StoreError> {
        let item = Item {
            pk: format!("message#{}", message.reference),
            sk: "message",
            reference: &message.reference,
            inbox: "received",
            received_at: sortable(message.received_at),
            name: &message.name,
            email: &message.email,
            phone: message.phone.as_ref(),
            topic: message.topic.as_ref().map(|topic| topic.id.as_str()),
            message: &message.text,
            page: message.page.as_deref(),
            expires_at: ExpiresAt::days_after(message.received_at, clinic.retention.messages_days),
        };
        put_new(&self.table, "pk", item)
    }
}

fn mails(message: &Message, clinic: &Clinic) -> [Mail; 2] {
    let to_staff = MessageToStaff {
        reference: message.reference.clone(),
        name: message.name.clone(),
        email: message.email.clone(),
        phone: message.phone.clone(),
        topic: message.topic.as_ref().map(|topic| topic.name.clone()),
        message: message.text.clone(),
        page: message.page.clone(),
        received_at: message.received_at,
    };
    let receipt = MessageReceipt {
        reference: message.reference.clone(),
        received_at: message.received_at,
    };
    [
        Mail {
            to: clinic.mail.staff.clone(),
            letter: Letter::MessageToStaff(to_staff),
        },
        Mail {
            to: message.email.clone(),
            letter: Letter::MessageReceipt(receipt),
        },
    ]
}
