//! A mail that this version cannot read: a newer version queued it. It waits, untouched, for a version that can.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;

use super::{
    kind::{Letter, Undelivered},
    mail::WHAT,
};
use crate::{
    records::export,
    reference::Reference,
    store::{Error, Item, text},
};

/// A mail that this version cannot read, as it is stored.
pub struct UnreadableMail(pub(super) Item);

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

    /// When it was to be sent, before any try. `None` when it does not say so in a way that this version can read.
    #[must_use]
    pub fn first_due_at(&self) -> Option<Timestamp> {
        let moment = |name| text(&self.0, name)?.parse().ok();
        moment("first_due_at").or_else(|| moment("due_at"))
    }

    /// Whether it waits to be sent, and is due.
    pub(super) fn is_due(&self, now: Timestamp) -> bool {
        let due_at = text(&self.0, "due_at").and_then(|moment| moment.parse().ok());
        self.is_waiting() && due_at.is_none_or(|due_at: Timestamp| due_at <= now)
    }

    /// The notice to staff that no version has been able to send it.
    #[must_use]
    pub fn undelivered(&self) -> Letter {
        Letter::Undelivered(Undelivered {
            reference: self.reference(),
            of: None,
            mail: Some(self.id().to_owned()),
            reason: "this version of the program cannot read it".to_owned(),
            review_url: None,
        })
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

fn is_or_has(value: &AttributeValue, text: &str) -> bool {
    match value {
        AttributeValue::S(value) => value.eq_ignore_ascii_case(text),
        AttributeValue::Ss(values) => values.iter().any(|value| value.eq_ignore_ascii_case(text)),
        AttributeValue::L(values) => values.iter().any(|value| is_or_has(value, text)),
        AttributeValue::M(values) => values.values().any(|value| is_or_has(value, text)),
        _ => false,
    }
}
