//! The page after a message was sent.

use maud::html;
use shared::{clinic::Clinic, http::Page};

use crate::message::Acknowledgement;

/// `has_email` is whether the sender left an email address. Without one, the page is all that they have.
pub(crate) fn page(acknowledgement: &Acknowledgement, has_email: bool, clinic: &Clinic) -> Page {
    let (phone, reference) = (clinic.phone(), acknowledgement.reference.as_str());
    Page::new(
        "Thank you: your message has arrived",
        &html! {
            p { "We will get back to you as soon as possible." }
            p { "Your reference is " strong { (reference) } "." @if !has_email { " Please note it down." } }
            p { "If it cannot wait, call us: " a href=(phone.tel()) { (phone.as_str()) } "." }
            p { a href=(clinic.website()) { "Back to " (clinic.name()) } }
        },
    )
}
