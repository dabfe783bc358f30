//! The page after an appointment was asked for.

use maud::{Markup, html};
use shared::{
    clinic::Clinic,
    pages::{Page, phone},
};

use super::facts::{back, facts};
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
    let service = clinic.service(receipt.service.as_str());
    let place = service.map(|service| service.place).unwrap_or_default();
    let facts = facts(
        &receipt.reference,
        (&receipt.service, place),
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
                Some(url) => p { a href=(url) { "View your appointment" } },
                None if has_email => p { "The link to your page of this appointment is in the mail that we sent you." },
                None => {},
            }
            @if has_email || receipt.manage_url.is_some() {
                p { "To change or cancel it, use that page or call us: " (phone(clinic)) "." }
            } @else {
                p { "To change or cancel it, call us: " (phone(clinic)) "." }
            }
            (back(clinic))
        },
    )
}

/// The starts that are free when the wanted one is taken.
pub(crate) fn alternatives(free: &[FreeStart], clinic: &Clinic) -> Markup {
    html! {
        p { "These times are still free:" }
        ul { @for free in free { li { (clinic.spoken_time(free.start.moment())) } } }
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
