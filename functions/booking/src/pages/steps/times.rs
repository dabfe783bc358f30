//! The third step: a day of a month, and a time of that day.

use jiff::civil::Date;
use maud::{Markup, html};
use shared::{
    clinic::Clinic,
    http::query_string,
    pages::{Page, phone},
};

use super::{
    super::month::{Month, Turn, calendar},
    CHANGE, Way, so_far, step,
};
use crate::{
    booking::{
        Look, Selection, Who,
        fields::{FROM, TO},
    },
    context::Context,
    time::{Book, FreeStart},
};

/// The month, and the times of one of its days. `notice` is what has just happened.
pub(crate) fn times(
    selection: &Selection<'_>,
    month: &Month,
    notice: Option<&str>,
    way: Way<'_>,
    context: &Context<'_>,
) -> Page {
    let clinic = &context.clinic;
    let day = month.shown(selection.look);
    let lead = |turn: &Turn| match way {
        Way::Links => {
            let address = selection.changing(&turn.look, clinic).address(clinic);
            html! { a class=(turn.class) href={ (address) (turn.part) } { (turn.label) } }
        }
        Way::Buttons(_) => {
            html! { button class=(turn.class) formaction={ "/book" (turn.part) } name=(CHANGE) value=(turn.look) { (turn.label) } }
        }
    };
    let options = html! {
        (so_far(&selection.without_time(), way, clinic))
        (calendar(month, day, &lead, context))
        @match day {
            Some(day) => (of_day(selection, day, month.starts(day), way, clinic)),
            None => (nothing(selection, month, way, context)),
        }
    };
    step(
        "When would suit you?",
        &html! {
            @if let Some(notice) = notice { p.notice role="status" { (notice) } }
            (way.around(selection, &options))
        },
    )
}

/// The times of a day: those to be booked, and those for which one has to call.
fn of_day(
    selection: &Selection<'_>,
    day: Date,
    starts: &[FreeStart],
    way: Way<'_>,
    clinic: &Clinic,
) -> Markup {
    let online = |free: &&FreeStart| free.book == Book::Online;
    let online: Vec<&FreeStart> = starts.iter().filter(online).collect();
    let has_call = starts.iter().any(|free| free.book == Book::Call);
    let hour = |free: &FreeStart| {
        let local = free.start.moment().to_zoned(clinic.time_zone().clone());
        local.hour()
    };
    html! {
        section #times aria-labelledby="times-title" {
            h2 #times-title { (day.strftime("%A, %B %-d")) }
            @if has_call {
                p {
                    @match online.first() {
                        Some(first) => { "For a time before " (clinic.spoken_clock(first.start.moment())) }
                        None => { "For a time on this day" }
                    }
                    ", please call " (phone(clinic)) ": it is too soon to book one online."
                }
            }
            @for (part, hours) in [("Morning", 0..12), ("Afternoon", 12..17), ("Evening", 17..24)] {
                @let within: Vec<&&FreeStart> = online.iter().filter(|free| hours.contains(&hour(free))).collect();
                @if !within.is_empty() {
                    h3 { (part) }
                    ul.times {
                        @for free in within { li { (time(selection, free, way, clinic)) } }
                    }
                }
            }
        }
    }
}

fn time(selection: &Selection<'_>, free: &FreeStart, way: Way<'_>, clinic: &Clinic) -> Markup {
    let start = free.start.moment();
    let there = Selection {
        look: Look::default(),
        start: Some(start),
        ..*selection
    };
    let local = start.to_zoned(clinic.time_zone().clone());
    let words = html! {
        (clinic.spoken_clock(start))
        span.aside { ", " (local.strftime("%A, %B %-d")) }
    };
    way.option(
        ("start", &free.start.to_string()),
        &there.address(clinic),
        "time",
        &words,
    )
}

/// What to do when nothing is free: call, or wait.
fn nothing(
    selection: &Selection<'_>,
    month: &Month,
    way: Way<'_>,
    context: &Context<'_>,
) -> Markup {
    let clinic = &context.clinic;
    let who = selection.who.and_then(Who::practitioner);
    let (from, to) = month.searched(context);
    let (from, to) = (from.to_string(), to.to_string());
    let wait = query_string(&[
        (
            "service",
            selection.service.map_or("", |service| service.id.as_str()),
        ),
        ("practitioner", who.map_or("", |one| one.id.as_str())),
        ("from", &from),
        ("to", &to),
    ]);
    html! {
        section #times {
            h2 { (month.full(context)) }
            p {
                @if month.is_searched_on() { "Call us" } @else { "Choose another month, call us" }
                " (" (phone(clinic)) "), or join the waiting list: we will email you when a time becomes free."
            }
            @if let Way::Buttons(_) = way {
                input type="hidden" name=(FROM.name) value=(from);
                input type="hidden" name=(TO.name) value=(to);
            }
            p { (way.option((CHANGE, "wait"), &format!("/waitlist?{wait}"), "button", &html! { "Join the waiting list" })) }
        }
    }
}
