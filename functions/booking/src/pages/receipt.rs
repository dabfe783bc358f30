//! The page after an appointment was asked for.

use maud::{Markup, html};
use shared::{clinic::Clinic, http::Page};

use super::facts::{back, facts, phone};
use crate::{
    booking::{Receipt, Status},
    time::FreeStart,
};

/// The page after an appointment was asked for. `has_email` is whether the patient left an email address; without one,
/// the page is all that they have.
pub(crate) fn confirmation(receipt: &Receipt, has_email: bool, clinic: &Clinic) -> Page {
    let title = match receipt.status {
        Status::Confirmed => "Thank you: you have an appointment",
        _ => "Thank you: we have your request",
    };
    let facts = facts(
        &receipt.reference,
        &receipt.service,
        &receipt.practitioner,
        receipt.start,
        clinic,
    );
    Page::new(
        title,
        &html! {
            (held(receipt.status, has_email))
            (facts)
            @if !has_email { p { "Please note down your reference: without an email address we cannot send it to you." } }
            @match &receipt.manage_url {
                Some(url) => p { a href=(url) { "View, change or cancel your appointment" } },
                None if has_email => p { "The link to your page of this appointment is in the mail that we sent you." },
                None => {},
            }
            @if has_email || receipt.manage_url.is_some() {
                p { "Change or cancel it on that page, or call us: " (phone(clinic)) "." }
            } @else {
                p { "To change or cancel it, call us: " (phone(clinic)) "." }
            }
            (back(clinic))
        },
    )
}

/// The starts that are free when the wanted one is taken.
pub(crate) fn alternatives(free: &[FreeStart], clinic: &Clinic) -> Markup {
    let spoken = |free: &FreeStart| {
        let local = free.start.moment().to_zoned(clinic.time_zone().clone());
        local.strftime("%A, %B %-d, %H:%M").to_string()
    };
    html! {
        p { "These times are still free:" }
        ul { @for free in free { li { (spoken(free)) } } }
    }
}

fn held(status: Status, has_email: bool) -> Markup {
    html! {
        p {
            @match status {
                Status::Confirmed => "The appointment is confirmed.",
                _ if has_email => "The time is held for you. We will write to you as soon as we have confirmed it.",
                _ => "The time is held for you. We will call you to confirm it.",
            }
        }
    }
}
