//! What several pages show.

use jiff::Timestamp;
use maud::{Markup, html};
use shared::{
    clinic::{Clinic, Patients, Service},
    pages::phone,
};

use super::picture::{Shown, picture};
use crate::article::Entry;

/// Articles as cards. `level` is that of their headings.
pub(super) fn cards<'a>(
    entries: impl Iterator<Item = &'a Entry>,
    clinic: &Clinic,
    level: Level,
) -> Markup {
    html! {
        ul.cards { @for entry in entries { (card(entry, &html! { (entry.summary) }, clinic, level)) } }
    }
}

/// An article with some words about it.
pub(super) fn card(entry: &Entry, words: &Markup, clinic: &Clinic, level: Level) -> Markup {
    html! {
        li.card.article {
            (picture(&entry.image, Shown::OnCard))
            (level.heading(&html! { a href={ "/articles/" (entry.slug) } { (entry.title) } }))
            p { (words) }
            p.small { (day(entry.published_at, clinic)) " · " (minutes(entry.reading_minutes)) }
        }
    }
}

/// The level of headings inside a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Level {
    Two,
    Three,
}

impl Level {
    pub(super) fn heading(self, words: &Markup) -> Markup {
        match self {
            Self::Two => html! { h2 { (words) } },
            Self::Three => html! { h3 { (words) } },
        }
    }
}

/// A day as people write it: `October 19, 2026`.
pub(super) fn day(moment: Timestamp, clinic: &Clinic) -> String {
    let date = clinic.local_date(moment);
    date.strftime("%B %-d, %Y").to_string()
}

pub(super) fn minutes(minutes: u32) -> String {
    match minutes {
        0 | 1 => "1 min read".to_owned(),
        minutes => format!("{minutes} min read"),
    }
}

/// The box with which a page asks for a call or a booking.
pub(super) fn invitation(clinic: &Clinic) -> Markup {
    let slogan = clinic.slogan().unwrap_or(clinic.name());
    html! {
        aside.box aria-labelledby="invitation" {
            h2 #invitation { (slogan) }
            p { (clinic.summary()) }
            div.actions {
                a.button href="/book" { "Book online" }
                span { "or call " (phone(clinic)) }
            }
        }
    }
}

/// What a service costs, and how long it takes.
pub(super) fn terms(service: &Service, clinic: &Clinic) -> String {
    format!(
        "{}, {}",
        service.spoken_length(),
        clinic.spoken_price(service)
    )
}

/// What a button says that books the service.
pub(super) fn book(service: &Service) -> &'static str {
    match service.patients {
        Patients::Any => "Book",
        Patients::New => "I’m new here",
        Patients::Returning => "I’ve been here before",
    }
}
