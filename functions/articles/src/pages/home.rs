//! The home page: what we do, what it costs, who we are, what to read, where and when.

use jiff::Timestamp;
use maud::{Markup, html};
use shared::{
    clinic::{Clinic, Service},
    pages::{Keeping, Page, hours, map_address, phone},
};

use super::{
    parts::{Level, book, cards},
    team::people,
};
use crate::{article::Entry, json_ld};

/// How many articles the home page shows.
pub(crate) const ARTICLES: usize = 3;

pub(crate) fn page(latest: &[&Entry], clinic: &Clinic, now: Timestamp) -> Page {
    Page::bare(
        clinic.slogan().unwrap_or("Home"),
        &html! {
            (hero(clinic))
            section aria-labelledby="services" {
                h2 #services { "Services and prices" }
                ul.cards { @for service in clinic.services() { (card(service, clinic)) } }
            }
            section aria-labelledby="people" {
                h2 #people { "Meet the team" }
                (people(clinic, Level::Three))
                p { a href="/team" { "More about the team" } }
            }
            @if !latest.is_empty() {
                section aria-labelledby="articles" {
                    h2 #articles { "Articles" }
                    (cards(latest.iter().copied(), clinic, Level::Three))
                    p { a href="/articles" { "All articles" } }
                }
            }
            (where_and_when(clinic, now))
        },
    )
    .wide()
    .kept_by(Keeping::Everybody)
    .described(clinic.summary())
    .with_json_ld(&json_ld::clinic(clinic, now))
}

fn hero(clinic: &Clinic) -> Markup {
    html! {
        section.hero {
            div {
                h1 { (clinic.slogan().unwrap_or(clinic.name())) }
                p.lead { (clinic.summary()) }
                div.actions {
                    a.button href="/book" { "Book online" }
                    span { "or call " (phone(clinic)) }
                }
                @if let Some(welcome) = clinic.welcome() { p.small { (welcome) } }
            }
            @if let Some(picture) = &clinic.artwork().picture {
                img src=(picture.src) alt="" width=(picture.width) height=(picture.height);
            }
        }
    }
}

fn where_and_when(clinic: &Clinic, now: Timestamp) -> Markup {
    html! {
        section.box aria-labelledby="visit" {
            h2 #visit { "Where and when" }
            div.halves {
                div {
                    p { strong { (clinic.address()) } }
                    @if let Some(directions) = clinic.directions() { p { (directions) } }
                    div.actions { a.button.quiet href=(map_address(clinic)) rel="noreferrer" { "Find it on a map" } }
                }
                div { (hours(clinic, now)) }
            }
        }
    }
}

fn card(service: &Service, clinic: &Clinic) -> Markup {
    html! {
        li.card {
            h3 { (service.name) }
            p { (service.summary) }
            div.end {
                p { strong { (service.spoken_length()) } br; (clinic.spoken_price(service)) }
                a.button.quiet href={ "/book?service=" (service.id.as_str()) } { (book(service)) span.aside { ": " (service.name) } }
            }
        }
    }
}
