//! The people of the clinic.

use maud::{Markup, html};
use shared::{
    clinic::{Clinic, Patients, Practitioner, Service, TeamMember},
    pages::{Keeping, Page, Section},
};

use super::parts::{Level, terms};

/// Everybody whom a patient may meet.
pub(crate) fn page(clinic: &Clinic) -> Page {
    Page::new(
        "Our team",
        &html! {
            p.lead { "The people you meet at " (clinic.name()) "." }
            (people(clinic, Level::Two))
        },
    )
    .wide()
    .in_section(Section::Team)
    .kept_by(Keeping::Everybody)
}

/// The page of somebody who can be booked.
pub(crate) fn practitioner(person: &Practitioner, clinic: &Clinic) -> Page {
    Page::new(
        &person.name,
        &html! {
            p.lead { (person.role) }
            @if let Some(bio) = &person.bio { p { (bio) } }
            h2 { "Book with " (person.name) }
            ul.options {
                @for service in clinic.offered_by(person) {
                    li {
                        a.option href={ "/book?service=" (service.id.as_str()) "&practitioner=" (person.id.as_str()) } {
                            strong { (service.name) }
                            span.small { (terms(service, clinic)) (whom(service)) }
                        }
                    }
                }
            }
            p { a href="/team" { "The whole team" } }
        },
    )
    .in_section(Section::Team)
    .kept_by(Keeping::Everybody)
}

fn whom(service: &Service) -> &'static str {
    match service.patients {
        Patients::Any => "",
        Patients::New => ", for new patients",
        Patients::Returning => ", for returning patients",
    }
}

/// The page of somebody of the team.
pub(crate) fn colleague(person: &TeamMember) -> Page {
    Page::new(
        &person.name,
        &html! {
            p.lead { (person.role) @if let Some(pronouns) = &person.pronouns { " (" (pronouns) ")" } }
            p { (person.bio) }
            p { a href="/contact" { "Write to us" } }
            p { a href="/team" { "The whole team" } }
        },
    )
    .in_section(Section::Team)
    .kept_by(Keeping::Everybody)
}

/// Everybody as cards, those first who can be booked.
pub(super) fn people(clinic: &Clinic, level: Level) -> Markup {
    html! {
        ul.cards.people {
            @for person in clinic.practitioners() {
                li.card {
                    (level.heading(&html! { a href={ "/team/" (person.id.as_str()) } { (person.name) } }))
                    p { (person.role) }
                    @if let Some(bio) = &person.bio { p.small { (bio) } }
                }
            }
            @for person in clinic.team() { li.card { (about(person, level)) } }
        }
    }
}

/// Who answers, at the end of a page.
pub(super) fn member(person: &TeamMember) -> Markup {
    html! { aside.card.person aria-label=(person.name) { (about(person, Level::Two)) } }
}

fn about(person: &TeamMember, level: Level) -> Markup {
    let name = html! {
        a href={ "/team/" (person.id) } { (person.name) }
        @if let Some(pronouns) = &person.pronouns { " " span.small { "(" (pronouns) ")" } }
    };
    html! {
        (level.heading(&name))
        p { (person.role) }
        p.small { (person.bio) }
    }
}
