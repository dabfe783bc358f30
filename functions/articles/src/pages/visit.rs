//! Visit us: where and when.

use jiff::{Timestamp, ToSpan as _};
use maud::html;
use shared::{
    clinic::{Clinic, Closure},
    pages::{Keeping, Page, Section, hours, map_address, phone},
};

use crate::json_ld;

/// For how many days ahead closures are named.
const AHEAD_DAYS: i64 = 120;

pub(crate) fn page(clinic: &Clinic, now: Timestamp) -> Page {
    let today = clinic.local_date(now);
    let last = today.saturating_add(AHEAD_DAYS.days());
    let is_near = |closure: &&Closure| closure.to >= today && closure.from <= last;
    let closures: Vec<&Closure> = clinic.closures().iter().filter(is_near).collect();
    Page::new(
        "Visit us",
        &html! {
            p.lead { (clinic.address()) }
            div.actions {
                a.button.quiet href=(map_address(clinic)) rel="noreferrer" { "Find it on a map" }
                span { "or call " (phone(clinic)) }
            }
            @if let Some(directions) = clinic.directions() { h2 { "How to find us" } p { (directions) } }
            h2 { "When we are open" }
            (hours(clinic, now))
            @if !closures.is_empty() {
                h2 { "When we are closed" }
                ul { @for closure in closures { li { (days(closure)) ": " (closure.reason) } } }
            }
        },
    )
    .in_section(Section::Visit)
    .kept_by(Keeping::Everybody)
    .with_json_ld(&json_ld::clinic(clinic, now))
}

fn days(closure: &Closure) -> String {
    let day = |date: jiff::civil::Date| date.strftime("%A, %B %-d, %Y").to_string();
    if closure.from == closure.to {
        day(closure.from)
    } else {
        format!("{} to {}", day(closure.from), day(closure.to))
    }
}
