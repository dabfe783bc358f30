//! A message as an item of the Contact table.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use shared::{
    guard::Reason,
    reference::Reference,
    store::{ExpiresAt, Key, Moment},
    values::{EmailAddress, FreeText, PersonName, PhoneNumber, TopicId},
};

use crate::message::{FiledMessage, Message, MessageState};

pub(super) const WHAT: &str = "message";
const PARTITION: &str = "message#";
const PLACE: &str = "message";

/// The key of a message.
pub(super) fn key(reference: &Reference) -> Key {
    Key::pair(WHAT, format!("{PARTITION}{reference}"), PLACE)
}

/// The reference of the message that a partition holds; `None` when it holds something else.
pub(super) fn reference_of(partition: &str) -> Option<Reference> {
    Reference::parse_contact(partition.strip_prefix(PARTITION)?)
}

/// `inbox` and `received_at` are the key of the index `inbox`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct MessageItem {
    reference: Reference,
    inbox: MessageState,
    received_at: Moment,
    name: PersonName,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    email: Option<EmailAddress>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    phone: Option<PhoneNumber>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    topic: Option<TopicId>,
    message: FreeText,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    page: Option<String>,
    consent_version: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    reasons: Vec<Reason>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    mailed_at: Option<Timestamp>,
    pub(super) expires_at: ExpiresAt,
}

impl MessageItem {
    /// The message as an item that is kept for `keep_days` after it was received.
    pub(super) fn of(filed: &FiledMessage, keep_days: u32) -> Self {
        let FiledMessage {
            message,
            state,
            reasons,
            mailed_at,
        } = filed.clone();
        Self {
            reference: message.reference,
            inbox: state,
            received_at: Moment(message.received_at),
            name: message.name,
            email: message.email,
            phone: message.phone,
            topic: message.topic,
            message: message.text,
            page: message.page,
            consent_version: message.consent_version,
            reasons,
            mailed_at,
            expires_at: ExpiresAt::days_after(message.received_at, keep_days),
        }
    }
}

impl From<MessageItem> for FiledMessage {
    fn from(item: MessageItem) -> Self {
        Self {
            message: Message {
                reference: item.reference,
                received_at: item.received_at.0,
                name: item.name,
                email: item.email,
                phone: item.phone,
                topic: item.topic,
                text: item.message,
                page: item.page,
                consent_version: item.consent_version,
            },
            state: item.inbox,
            reasons: item.reasons,
            mailed_at: item.mailed_at,
        }
    }
}
