//! The home page: what we do, what it costs, who we are, what to read, where and when.

use maud::{Markup, html};
use shared::{
    clinic::{Clinic, Patients, Service},
    pages::{Keeping, Page, phone},
};

use super::{
    parts::{Level, cards},
    team::people,
};
use crate::article::Summary;

/// How many articles the home page shows.
pub(crate) const ARTICLES: usize = 3;

pub(crate) fn page(latest: &[Summary], clinic: &Clinic) -> Page {
    Page::bare(
        clinic.slogan().unwrap_or("Home"),
        &html! {
            section.hero {
                h1 { (clinic.slogan().unwrap_or(clinic.name())) }
                p.lead { (clinic.summary()) }
                div.actions {
                    a.button href="/book" { "Book online" }
                    span { "or call " (phone(clinic)) }
                }
                @if let Some(welcome) = clinic.welcome() { p.small { (welcome) } }
            }
            section aria-labelledby="services" {
                h2 #services { "Services and prices" }
                ul.cards { @for service in clinic.services() { (card(service, clinic)) } }
            }
            section aria-labelledby="people" {
                h2 #people { "The people you meet" }
                (people(clinic, Level::Three))
                p { a href="/team" { "More about the team" } }
            }
            @if !latest.is_empty() {
                section aria-labelledby="articles" {
                    h2 #articles { "Good to read" }
                    (cards(latest, clinic, Level::Three))
                    p { a href="/articles" { "All articles" } }
                }
            }
        },
    )
    .wide()
    .kept_by(Keeping::Everybody)
    .described(clinic.summary())
}

fn card(service: &Service, clinic: &Clinic) -> Markup {
    html! {
        li.card {
            h3 { (service.name) }
            p { (service.summary) }
            @match service.patients {
                Patients::Any => {},
                Patients::New => p.small { "For new patients" },
                Patients::Returning => p.small { "For patients who have been here before" },
            }
            div.end {
                p { strong { (service.spoken_length()) } br; (clinic.spoken_price(service)) }
                a.button.quiet href={ "/book?service=" (service.id.as_str()) } { "Book" span.aside { ": " (service.name) } }
            }
        }
    }
}
