//! The facts of an appointment, as every page shows them.

use maud::{Markup, html};
use shared::{
    clinic::{Clinic, Place, Service},
    local_time::LocalTime,
    pages::map_address,
    reference::Reference,
    values::{PractitionerId, ServiceId},
};

use crate::booking::{practitioner_name, service_name};

/// What is booked, with whom, when and where.
pub(super) fn facts(
    reference: &Reference,
    (service, place): (&ServiceId, Place),
    practitioner: &PractitionerId,
    start: LocalTime,
    clinic: &Clinic,
) -> Markup {
    html! {
        dl.chosen {
            div { dt { "When" } dd { strong { (clinic.spoken_time(start.moment())) } } }
            div { dt { "What" } dd { (service_name(service, clinic)) } }
            div { dt { "With" } dd { (practitioner_name(practitioner, clinic)) } }
            div { dt { "Where" } dd { (words(place, clinic)) } }
            div { dt { "Reference" } dd { (reference.as_str()) } }
        }
    }
}

fn words(place: Place, clinic: &Clinic) -> String {
    match place {
        Place::Phone => "By phone: we will call you".to_owned(),
        Place::Clinic => format!("{}, {}", clinic.name(), clinic.address()),
    }
}

/// What a patient should know before they come.
pub(super) fn before_you_come(service: Option<&Service>, clinic: &Clinic) -> Markup {
    let Some(service) = service else {
        return Markup::default();
    };
    let minutes = service.arrive.as_mins();
    let directions = clinic
        .directions()
        .filter(|_| service.place == Place::Clinic);
    html! {
        @if service.bring.is_some() || minutes > 0 || directions.is_some() {
            h2 { "Before you come" }
            ul {
                @if let Some(bring) = &service.bring { li { "Please bring " (bring) "." } }
                @if minutes > 0 { li { "Please be here " (minutes) " minutes before the start." } }
                @if let Some(directions) = directions {
                    li { (directions) " " a href=(map_address(clinic)) rel="noreferrer" { "Find it on a map" } "." }
                }
            }
        }
    }
}

pub(super) fn back(clinic: &Clinic) -> Markup {
    html! { p { a href="/" { "Back to " (clinic.name()) } } }
}
