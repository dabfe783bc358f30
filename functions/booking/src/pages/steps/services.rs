//! The first step: a service.

use maud::{Markup, html};
use shared::{
    clinic::{Clinic, Patients, Service},
    pages::{Page, phone},
};

use super::step;
use crate::booking::Selection;

/// The services, with a card for each.
pub(crate) fn services(clinic: &Clinic) -> Page {
    step(
        "Book online",
        &html! {
            p.lead { "Which appointment would you like?" @if let Some(welcome) = clinic.welcome() { " " (welcome) } }
            ul.cards {
                @for service in clinic.services() { (card(service, clinic)) }
            }
            p { "Not sure? Call us: " (phone(clinic)) "." }
            h2 { "Already booked?" }
            p { a href="/bookings/links" { "Get the link to your appointment by mail" } " to change or cancel it." }
        },
    )
    .wide()
}

fn card(service: &Service, clinic: &Clinic) -> Markup {
    let selection = Selection {
        service: Some(service),
        ..Selection::default()
    };
    let (whom, label) = match service.patients {
        Patients::Any => ("For everybody", "Choose"),
        Patients::New => ("For new patients", "I’m new here"),
        Patients::Returning => (
            "For patients who have been here before",
            "I’ve been here before",
        ),
    };
    html! {
        li.card {
            h2 { (service.name) }
            p { (service.summary) }
            p.small { (whom) @if let Some(bring) = &service.bring { ". Please bring " (bring) } "." }
            div.end {
                p { strong { (service.spoken_length()) } br; (clinic.spoken_price(service)) }
                a.button href=(selection.address(clinic)) { (label) span.aside { ": " (service.name) } }
            }
        }
    }
}
