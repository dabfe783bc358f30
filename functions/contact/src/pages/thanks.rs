//! The page after a message was sent.

use maud::html;
use shared::{
    clinic::Clinic,
    pages::{Page, Section, phone},
    reference::Reference,
};

/// How the clinic can answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    Mail,
    /// The sender left a number only, so that the page is all that they have.
    Phone,
}

pub(crate) fn page(reference: &Reference, by: By, clinic: &Clinic) -> Page {
    let reference = reference.as_str();
    Page::new(
        "Thank you: your message has arrived",
        &html! {
            p { "We will get back to you as soon as possible." }
            p { "Your reference is " strong { (reference) } "." @if by == By::Phone { " Please note it down." } }
            p { "If it cannot wait, call us: " (phone(clinic)) "." }
            p { a href="/" { "Back to the home page" } }
        },
    )
    .in_section(Section::Contact)
}
