//! A contact message, and the form it is read from.

use axum::http::Uri;
use jiff::Timestamp;
use shared::{
    clinic::{Clinic, Topic},
    http::{Fields, Problem},
    reference::Reference,
    values::{Code, EmailAddress, FreeText, Invalid, PersonName, PhoneNumber, single_line},
};

use crate::{next, token};

/// The contract's limit, in characters.
const MESSAGE_LIMIT: usize = 5_000;
const PAGE_LIMIT: usize = 2_048;

/// The field that people do not see. Its name is like nothing that browsers and password managers
/// fill in.
pub(crate) const HONEYPOT: &str = "_gotcha";
/// The version of the text that the form shows, if the form says so; else the clinic's present one
/// counts.
pub(crate) const CONSENT_VERSION: &str = "_consent_version";
/// The field that a proof of work comes in.
pub(crate) const PROOF: &str = "altcha";

/// A message as it was sent, with what it was given on arrival.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    pub(crate) reference: Reference,
    pub(crate) received_at: Timestamp,
    pub(crate) name: PersonName,
    pub(crate) email: EmailAddress,
    pub(crate) phone: Option<PhoneNumber>,
    pub(crate) topic: Option<Topic>,
    pub(crate) text: FreeText,
    pub(crate) page: Option<String>,
}

impl Message {
    /// Reads the form.
    ///
    /// # Errors
    /// 422 with every bad field.
    pub(crate) fn parse(fields: &Fields, clinic: &Clinic, now: Timestamp) -> Result<Self, Problem> {
        let mut form = fields.form();
        // Reserved for browsers; they are no part of the message.
        form.known(&[
            next::FIELD,
            token::FIELD,
            HONEYPOT,
            PROOF,
            CONSENT_VERSION,
            "_idempotency_key",
        ]);
        let name = form.required("name", PersonName::parse);
        let email = form.required("email", EmailAddress::parse);
        let phone = form.optional("phone", PhoneNumber::parse);
        let topic = form.optional("topic", |id| topic(id, clinic));
        let text = form.required("message", |text| FreeText::parse(text, MESSAGE_LIMIT));
        let page = form.optional("page", page);
        let version = fields.peek(CONSENT_VERSION);
        let consent = if version.is_some_and(|version| version != clinic.contact.consent.version) {
            let changed = "What you agree to has changed meanwhile: read it and agree again";
            form.reject("consent", Invalid::new(Code::MustAccept, changed))
        } else {
            let why = "Agree that the clinic may store your message, so that it can answer";
            form.accepted("consent", why)
        };
        form.known(&["consent"]);
        form.finish()?;
        consent?;
        Ok(Self {
            reference: Reference::contact(),
            received_at: now,
            name: name?,
            email: email?,
            phone: phone?,
            topic: topic?,
            text: text?,
            page: page?,
        })
    }
}

fn topic(id: &str, clinic: &Clinic) -> Result<Topic, Invalid> {
    clinic.topic(id).cloned().ok_or_else(|| {
        let topics = &clinic.contact.topics;
        let ids: Vec<&str> = topics.iter().map(|topic| topic.id.as_str()).collect();
        Invalid::new(
            Code::NotAllowed,
            format!("Choose one of: {}", ids.join(", ")),
        )
    })
}

fn page(url: &str) -> Result<String, Invalid> {
    let url = single_line(url, "an address", PAGE_LIMIT)?;
    let uri: Option<Uri> = url.parse().ok();
    let absolute = uri.is_some_and(|uri| {
        matches!(uri.scheme_str(), Some("http" | "https"))
            && uri.host().is_some_and(|host| !host.is_empty())
    });
    absolute
        .then_some(url)
        .ok_or_else(|| Invalid::new(Code::Invalid, "Send the page's full address, with https://"))
}
