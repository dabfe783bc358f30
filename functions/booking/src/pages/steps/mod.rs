//! The pages on the way to an appointment: a service, with whom, when, who you are, and all of it to be checked.
//!
//! Until something was typed, links lead from one to the next, so that Back, reload and bookmarks work. From then on,
//! buttons do, which take what was typed along.

mod check;
mod details;
mod services;
mod stopped;
mod times;
mod wait;
mod who;

use maud::{Markup, html};
use shared::{
    clinic::{Clinic, Patients},
    forms::{CONSENT, CONSENT_VERSION_FIELD, Choice, Field, HONEYPOT_FIELD, KEY, Sheet},
    guard::fresh_key,
    http::Fields,
    pages::{Keeping, Page, Section},
};

pub(crate) use check::check;
pub(crate) use details::details;
pub(crate) use services::services;
pub(crate) use stopped::{stopped, taken};
pub(crate) use times::times;
pub(crate) use wait::wait;
pub(crate) use who::who;

use crate::booking::{
    Selection, Who,
    fields::{EMAIL, NAME, PHONE, REASON, RETURNING},
};

/// What somebody types on the way, and what goes along with it.
const TYPED: [Field; 7] = [
    NAME,
    EMAIL,
    PHONE,
    REASON,
    CONSENT,
    CONSENT_VERSION_FIELD,
    HONEYPOT_FIELD,
];
/// The name of buttons that lead to another page, with what was typed: to `service`, `who`, `time` or `details`, to
/// `wait`, or to the times of `month:2026-12` or `day:2026-12-01`.
pub(crate) const CHANGE: &str = "change";

/// The name of the field that marks a form in which something was only chosen: empty fields are no mistakes yet.
pub(crate) const STEP: &str = "step";

/// How a page leads on.
#[derive(Clone, Copy)]
pub(crate) enum Way<'a> {
    /// By links: nothing was typed yet.
    Links,
    /// By the buttons of a form, which takes along what was typed.
    Buttons(&'a Fields),
}

impl Way<'_> {
    /// Something to choose: the name and value of a button, or the address of a link.
    fn option(
        self,
        (name, value): (&str, &str),
        address: &str,
        class: &str,
        label: &Markup,
    ) -> Markup {
        match self {
            Way::Links => html! { a class=(class) href=(address) { (label) } },
            Way::Buttons(_) => {
                html! { button class=(class) name=(name) value=(value) { (label) } }
            }
        }
    }

    /// The options of a page, in a form if they are buttons.
    fn around(self, selection: &Selection<'_>, options: &Markup) -> Markup {
        match self {
            Way::Links => options.clone(),
            Way::Buttons(typed) => html! {
                form method="post" action="/book" {
                    (chosen(selection))
                    (along(typed, selection))
                    input type="hidden" name=(STEP) value="chosen";
                    (options)
                }
            },
        }
    }
}

/// A page on the way. A browser may keep it, so that Back shows what was typed into it.
fn step(title: &str, content: &Markup) -> Page {
    Page::new(title, content)
        .in_section(Section::Booking)
        .kept_by(Keeping::Browser)
}

/// The button that the Enter key presses in a field: browsers take the first of a form, which would change something.
pub(super) fn enter() -> Markup {
    html! { button.aside tabindex="-1" aria-hidden="true" data-prove="" {} }
}

/// The key of the booking (its `Idempotency-Key`). It is the same from the first page with something typed to the last, so
/// that who goes back and books again finds what is booked already.
fn key(typed: &Fields) -> Markup {
    let known = typed.peek(KEY.name).filter(|key| !key.is_empty());
    let key = known.map_or_else(fresh_key, ToOwned::to_owned);
    html! { input type="hidden" name=(KEY.name) value=(key); }
}

/// What was typed before, and the key, as hidden fields.
fn along(typed: &Fields, selection: &Selection<'_>) -> Markup {
    let sheet = Sheet {
        fields: typed,
        problem: None,
    };
    html! {
        (key(typed))
        (sheet.hidden(&TYPED))
        @match implied(selection) {
            Some(been_here) => input type="hidden" name=(RETURNING.name) value=(been_here);,
            None => (sheet.hidden(&[RETURNING])),
        }
    }
}

/// Whether a patient was here before, where the service that was chosen says so.
fn implied(selection: &Selection<'_>) -> Option<&'static str> {
    match selection.service?.patients {
        Patients::Returning => Some("yes"),
        Patients::New => Some("no"),
        Patients::Any => None,
    }
}

/// The question whether a patient was here before, unless the service says so.
fn been_here(sheet: &Sheet<'_>, selection: &Selection<'_>) -> Markup {
    let choices = [
        Choice {
            value: "yes",
            label: "Yes",
        },
        Choice {
            value: "no",
            label: "No, this is my first time",
        },
    ];
    html! {
        @match implied(selection) {
            Some(been_here) => input type="hidden" name=(RETURNING.name) value=(been_here);,
            None => (sheet.radios(&RETURNING, &choices)),
        }
    }
}

/// The service and the practitioner that were chosen, unseen.
fn chosen(selection: &Selection<'_>) -> Markup {
    let who = selection.who.and_then(Who::practitioner);
    html! {
        @if let Some(service) = selection.service { input type="hidden" name="service" value=(service.id.as_str()); }
        @if selection.who.is_some() {
            input type="hidden" name="practitioner" value=(who.map_or("", |one| one.id.as_str()));
        }
    }
}

/// What was chosen so far, with a way to change each. Its buttons belong to the form that it stands in.
fn so_far(selection: &Selection<'_>, way: Way<'_>, clinic: &Clinic) -> Markup {
    let Some(service) = selection.service else {
        return Markup::default();
    };
    let change = |what: &str, words: &str| {
        let label = html! { "Change" span.aside { " " (words) } };
        match way {
            Way::Links => {
                html! { a href=(selection.changing(what, clinic).address(clinic)) { (label) } }
            }
            Way::Buttons(_) => html! {
                button.link formaction="/book" formnovalidate name=(CHANGE) value=(what) { (label) }
            },
        }
    };
    let has_choice = service.practitioners.len() > 1;
    let when = selection.start.map(|start| clinic.spoken_time(start));
    html! {
        dl.chosen {
            div {
                dt { "What" }
                dd { (service.name) ", " (service.spoken_length()) ", " (clinic.spoken_price(service)) }
                dd { (change("service", "the service")) }
            }
            @if let Some(who) = selection.who {
                div {
                    dt { "With" }
                    dd { (who.practitioner().map_or("First available", |one| &one.name)) }
                    @if has_choice { dd { (change("who", "whom you see")) } }
                }
            }
            @if let Some(when) = when {
                div {
                    dt { "When" }
                    dd { (when) }
                    dd { (change("time", "the time")) }
                }
            }
        }
    }
}
