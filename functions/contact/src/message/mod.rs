//! A contact message: the form it is read from, and its life.

pub(crate) mod decision;
pub(crate) mod screen;

use axum::http::Uri;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use shared::{
    clinic::{Clinic, Topic},
    forms::contact::{EMAIL, MESSAGE, NAME, PAGE, PHONE, TOPIC},
    guard::{HONEYPOT, KEY_FIELD, PROOF, Reason, Repeatable},
    http::{CONSENT_VERSION, Fields, Problem},
    local_time::LocalTime,
    reference::Reference,
    values::{
        Code, EmailAddress, FreeText, Invalid, PersonName, PhoneNumber, TopicId, single_line,
    },
};
use utoipa::ToSchema;

use crate::{next, token};

/// The fields that do not make a message another one.
pub(crate) const NOT_CONTENT: [&str; 4] = [next::FIELD, HONEYPOT, token::FIELD, PROOF];

/// A message as it was sent, with its reference and the moment at which it was received.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    pub(crate) reference: Reference,
    pub(crate) received_at: Timestamp,
    pub(crate) name: PersonName,
    /// One of `email` and `phone` is always there.
    pub(crate) email: Option<EmailAddress>,
    pub(crate) phone: Option<PhoneNumber>,
    pub(crate) topic: Option<TopicId>,
    pub(crate) text: FreeText,
    /// The page that the form was on.
    pub(crate) page: Option<String>,
    /// The version of the text that the sender agreed to.
    pub(crate) consent_version: String,
}

/// Where a message is in its life, which is also its key in the index `inbox`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = MessageStatus)]
pub(crate) enum MessageState {
    /// Staff have its mail, and have not said that it is done.
    Received,
    /// It is suspicious; staff decide.
    Quarantined,
    Handled,
    Spam,
}

/// A message as the clinic keeps it.
#[derive(Clone, Debug)]
pub(crate) struct FiledMessage {
    pub(crate) message: Message,
    pub(crate) state: MessageState,
    /// Why it was quarantined; empty if it never was.
    pub(crate) reasons: Vec<Reason>,
    /// When its mails were queued; `None` while it waits in quarantine.
    pub(crate) mailed_at: Option<Timestamp>,
}

/// The answer to a sender: nothing of what they wrote, and nothing of a quarantine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = MessageReceipt)]
pub(crate) struct Acknowledgement {
    pub(crate) reference: Reference,
    status: AcknowledgedStatus,
    #[schema(value_type = String, format = DateTime)]
    received_at: LocalTime,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = MessageReceiptStatus)]
enum AcknowledgedStatus {
    Received,
}

/// There is nothing in it that only the first sender may have.
impl Repeatable for Acknowledgement {}

impl Acknowledgement {
    pub(crate) fn of(message: &Message, clinic: &Clinic) -> Self {
        Self {
            reference: message.reference.clone(),
            status: AcknowledgedStatus::Received,
            received_at: clinic.local_time(message.received_at),
        }
    }
}

impl Message {
    /// Reads the form.
    ///
    /// # Errors
    /// 422 with every bad field.
    pub(crate) fn parse(fields: &Fields, clinic: &Clinic, now: Timestamp) -> Result<Self, Problem> {
        let mut form = fields.form();
        // Reserved for browsers; they are no part of the message.
        form.known(&NOT_CONTENT);
        form.known(&[CONSENT_VERSION, KEY_FIELD]);
        let name = form.required(NAME.name, PersonName::parse);
        let email = form.optional(EMAIL.name, EmailAddress::parse);
        let phone = form.optional(PHONE.name, PhoneNumber::parse);
        let email = form.either(EMAIL.name, email, &phone);
        let topic = form.optional(TOPIC.name, |id| topic(id, clinic));
        let text = form.required(MESSAGE.name, |text| FreeText::parse(text, MESSAGE.limit()));
        let page = form.optional(PAGE.name, page);
        let version = fields.peek(CONSENT_VERSION);
        let why = "Tick the box if you agree";
        let consent = form.consented(version, &clinic.contact().consent.version, why);
        form.finish()?;
        consent?;
        Ok(Self {
            reference: Reference::contact(),
            received_at: now,
            name: name?,
            email: email?,
            phone: phone?,
            topic: topic?.map(|topic| topic.id),
            text: text?,
            page: page?,
            consent_version: clinic.contact().consent.version.clone(),
        })
    }

    /// The topic's name, as long as the clinic has it.
    pub(crate) fn topic_name(&self, clinic: &Clinic) -> Option<String> {
        topic_name(self.topic.as_ref(), clinic)
    }

    /// The clinic's advice about the topic, for those who cannot wait.
    pub(crate) fn advice(&self, clinic: &Clinic) -> Option<String> {
        let topic = clinic.topic(self.topic.as_ref()?.as_str())?;
        topic.advice.clone()
    }
}

/// The topic's name, as long as the clinic has it.
pub(crate) fn topic_name(topic: Option<&TopicId>, clinic: &Clinic) -> Option<String> {
    let topic = clinic.topic(topic?.as_str())?;
    Some(topic.name.clone())
}

fn topic(id: &str, clinic: &Clinic) -> Result<Topic, Invalid> {
    clinic.topic(id).cloned().ok_or_else(|| {
        let topics = &clinic.contact().topics;
        let ids: Vec<&str> = topics.iter().map(|topic| topic.id.as_str()).collect();
        Invalid::new(
            Code::NotAllowed,
            format!("Choose one of: {}", ids.join(", ")),
        )
    })
}

fn page(url: &str) -> Result<String, Invalid> {
    let url = single_line(url, "an address", PAGE.limit())?;
    let uri: Option<Uri> = url.parse().ok();
    let absolute = uri.is_some_and(|uri| {
        matches!(uri.scheme_str(), Some("http" | "https"))
            && uri.host().is_some_and(|host| !host.is_empty())
    });
    absolute
        .then_some(url)
        .ok_or_else(|| Invalid::new(Code::Invalid, "Send the page's full address, with https://"))
}
