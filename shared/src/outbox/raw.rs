//! A mail as it is stored, whatever version queued it.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;

use super::{letter::Letter, mail::WHAT, undelivered::Undelivered};
use crate::{
    records::export,
    reference::Reference,
    store::{Error, Item, text},
};

/// A mail as it is stored, of which only that is read which every version writes: its id, and when it is due.
#[derive(Debug)]
pub struct RawMail(pub(super) Item);

impl RawMail {
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
        ["first_due_at", "due_at", "queued_at"]
            .into_iter()
            .find_map(|name| self.moment(name))
    }

    /// Whether it waits to be sent, and is due: also if nobody can read when.
    #[must_use]
    pub fn is_due(&self, now: Timestamp) -> bool {
        let due_at = self.moment("due_at");
        self.is_waiting() && due_at.is_none_or(|due_at| due_at <= now)
    }

    fn moment(&self, name: &str) -> Option<Timestamp> {
        text(&self.0, name)?.parse().ok()
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
            person: None,
            of_id: None,
            is_complaint: false,
            appointment: None,
        })
    }

    /// The message or booking that it is about, from its id. `None` for a mail about several, or none.
    #[must_use]
    pub fn reference(&self) -> Option<Reference> {
        let (about, _) = self.id().split_once('/')?;
        Reference::parse_contact(about)
            .or_else(|| Reference::parse_booking(about))
            .or_else(|| Reference::parse_waitlist(about))
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
