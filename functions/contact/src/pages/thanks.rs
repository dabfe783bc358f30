//! The page after a message was sent.

use maud::html;
use shared::{clinic::Clinic, http::Page};

use crate::message::Acknowledgement;

pub(crate) fn page(acknowledgement: &Acknowledgement, clinic: &Clinic) -> Page {
    let (phone, reference) = (clinic.phone(), acknowledgement.reference.as_str());
    Page::new(
        "Thank you: your message has arrived",
        &html! {
            p { "We will get back to you as soon as possible." }
            p { "Your reference is " strong { (reference) } "." }
            p { "If it cannot wait, call us: " a href=(phone.tel()) { (phone.as_str()) } "." }
            p { a href=(clinic.website()) { "Back to " (clinic.name()) } }
        },
    )
}
