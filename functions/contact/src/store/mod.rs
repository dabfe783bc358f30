//! The messages in the Contact table, and their mails in the outbox.

mod decide;
mod inbox;
mod item;
mod receive;

use aws_sdk_dynamodb::Client;
use jiff::Timestamp;
use shared::{
    environment::{Environment, MissingVariable},
    outbox::{About, Kind, Outbox, StoredMail, mail_id},
    reference::Reference,
    store::{self, Change, Consistency, Item, Table},
    telemetry::Causes,
};

pub(crate) use decide::DecideError;
pub(crate) use inbox::Listed;
pub(crate) use receive::ReceiveError;

use self::item::{MessageItem, WHAT, key, reference_of};
use crate::{
    context::Context,
    mails,
    message::{FiledMessage, Message},
};

/// The messages of the clinic.
#[derive(Clone)]
pub(crate) struct Messages {
    pub(crate) table: Table,
    pub(crate) outbox: Outbox,
}

/// Each mail about a message is sent once, so there is no second revision.
const MAIL_REVISION: u32 = 0;

impl Messages {
    /// From `CONTACT_TABLE` and `MAIL_TABLE`.
    ///
    /// # Errors
    /// When one of them is missing.
    pub(crate) fn open(
        client: &Client,
        environment: &Environment,
    ) -> Result<Self, MissingVariable> {
        let table = Table::new(client.clone(), environment.require("CONTACT_TABLE")?);
        let outbox = Outbox::new(client.clone(), environment.require("MAIL_TABLE")?);
        Ok(Self { table, outbox })
    }

    /// The message of that reference. An expired one counts as gone.
    ///
    /// # Errors
    /// When the store does not answer, or the item cannot be read.
    pub(crate) async fn find(
        &self,
        reference: &Reference,
        now: Timestamp,
    ) -> Result<Option<FiledMessage>, store::Error> {
        let found: Option<MessageItem> = self
            .table
            .find(&key(reference), Consistency::Strong)
            .await?;
        let live = found.filter(|item| !item.expires_at.is_past(now));
        Ok(live.map(FiledMessage::from))
    }

    /// The mails about that message, without those that have expired or cannot be read.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(crate) async fn mails(
        &self,
        reference: &Reference,
        now: Timestamp,
    ) -> Result<Vec<StoredMail>, store::Error> {
        let mut mails = Vec::new();
        let about_messages = |kind: &&Kind| kind.about() == About::Message;
        for kind in Kind::ALL.iter().filter(about_messages) {
            match self.outbox.find(reference, *kind, MAIL_REVISION).await {
                Err(error @ store::Error::Unreadable { .. }) => {
                    tracing::error!(message.reference = %reference, error = %Causes(&error), "a mail cannot be read");
                }
                found => mails.extend(found?),
            }
        }
        mails.retain(|mail| !mail.expires_at.is_past(now));
        Ok(mails)
    }

    /// The ids of the mails about a message.
    fn mail_ids(reference: &Reference) -> impl Iterator<Item = String> {
        let kinds = Kind::ALL.iter();
        let kinds = kinds.filter(|kind| kind.about() == About::Message);
        kinds.map(|kind| mail_id(reference.as_str(), *kind, MAIL_REVISION))
    }

    /// The item of a message as it is stored.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(crate) async fn item(&self, reference: &Reference) -> Result<Option<Item>, store::Error> {
        self.table.get(&key(reference), Consistency::Strong).await
    }

    /// All items of the table that are messages, and those that are not, for an operator's command.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(crate) async fn scan(&self) -> Result<(Vec<Item>, Vec<Item>), store::Error> {
        let is_message = |item: &Item| store::text(item, "pk").and_then(reference_of).is_some();
        let items = self.table.scan(WHAT).await?;
        Ok(items.into_iter().partition(is_message))
    }

    /// The part of a write that deletes a message, if it is in the same state as when its item was read: a
    /// release queues mails. `None` when the item has no state.
    pub(crate) fn delete(&self, reference: &Reference, item: &Item) -> Option<Change> {
        let state = item.get("inbox")?.clone();
        let delete = self.table.delete(&key(reference));
        let delete = delete.condition("inbox = :state");
        Some(delete.attribute(":state", state))
    }

    /// The parts of a write that queue the message's mails.
    fn queue(&self, message: &Message, context: &Context<'_>) -> Result<Vec<Change>, store::Error> {
        let keep_days = context.clinic.retention().mails_days;
        let mails = mails::of(message, context.review_url(message), &context.clinic);
        let changes = mails.into_iter().map(|mail| {
            let outbox = &self.outbox;
            outbox.queue(mail, context.now, MAIL_REVISION, keep_days)
        });
        changes.collect()
    }
}
