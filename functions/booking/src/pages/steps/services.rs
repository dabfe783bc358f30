//! The first step: a service.

use maud::{Markup, html};
use shared::{
    clinic::{Clinic, Patients, Service},
    pages::{Page, phone},
};

use super::{Way, step};
use crate::booking::{Selection, fields::SERVICE};

/// The services, with a card for each.
pub(crate) fn services(selection: &Selection<'_>, way: Way<'_>, clinic: &Clinic) -> Page {
    step(
        "Book online",
        &html! {
            p.lead { "Which appointment would you like?" @if let Some(welcome) = clinic.welcome() { " " (welcome) } }
            (way.around(selection, &html! {
                ul.cards { @for service in clinic.services() { (card(service, selection, way, clinic)) } }
            }))
            p { "Not sure? Call us: " (phone(clinic)) "." }
            p { "Already booked? " a href="/bookings/links" { "Get the link to your appointment by email" } " to change or cancel it." }
        },
    )
    .wide()
}

fn card(service: &Service, selection: &Selection<'_>, way: Way<'_>, clinic: &Clinic) -> Markup {
    let chosen = Selection {
        service: Some(service),
        ..*selection
    };
    let (whom, label) = match service.patients {
        Patients::Any => (None, "Choose"),
        Patients::New => (Some("for new patients"), "I’m new here"),
        Patients::Returning => (Some("for returning patients"), "I’ve been here before"),
    };
    html! {
        li.card {
            h2 { (service.name) }
            p { (service.summary) }
            @if let Some(bring) = &service.bring { p.small { "Please bring " (bring) "." } }
            div.end {
                p { strong { (service.spoken_length()) } ", " (clinic.spoken_price(service)) @if let Some(whom) = whom { ", " (whom) } }
                (way.option((SERVICE.name, service.id.as_str()), &chosen.address(clinic), "button", &html! { (label) span.aside { ": " (service.name) } }))
            }
        }
    }
}
