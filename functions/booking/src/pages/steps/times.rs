//! The third step: a day of a month, and a time of that day.

use std::collections::BTreeMap;

use jiff::{ToSpan as _, civil::Date};
use maud::{Markup, html};
use shared::{
    clinic::Clinic,
    http::query_string,
    pages::{Page, phone},
};

use super::{CHANGE, Way, so_far, step};
use crate::{
    booking::{
        Selection, Who,
        fields::{FROM, TO},
    },
    context::Context,
    time::{Book, FreeStart, horizon},
};

/// A month with its free times.
pub(crate) struct Month {
    /// The first of the month.
    first: Date,
    /// The free starts of each of its days that can be booked.
    days: BTreeMap<Date, Vec<FreeStart>>,
}

impl Month {
    pub(crate) fn of(first: Date, days: BTreeMap<Date, Vec<FreeStart>>) -> Self {
        Self { first, days }
    }

    /// Whether nothing is free in it.
    pub(crate) fn is_full(&self) -> bool {
        self.days.values().all(Vec::is_empty)
    }

    /// The first day with a time that can be booked online or, without one, by phone.
    fn first_free(&self) -> Option<Date> {
        let online = |starts: &[FreeStart]| starts.iter().any(|free| free.book == Book::Online);
        let mut days = self.days.iter();
        let found = days.find(|(_, starts)| online(starts));
        let found = found.or_else(|| self.days.iter().find(|(_, starts)| !starts.is_empty()));
        found.map(|(day, _)| *day)
    }

    fn last(&self) -> Date {
        self.first.last_of_month()
    }

    fn starts(&self, day: Date) -> &[FreeStart] {
        self.days.get(&day).map(Vec::as_slice).unwrap_or_default()
    }
}

/// The month, and the times of one of its days. `notice` is what has just happened.
pub(crate) fn times(
    selection: &Selection<'_>,
    month: &Month,
    notice: Option<&str>,
    way: Way<'_>,
    context: &Context<'_>,
) -> Page {
    let clinic = &context.clinic;
    let chosen = selection.day.filter(|day| !month.starts(*day).is_empty());
    let day = chosen.or_else(|| month.first_free());
    let options = html! {
        (so_far(&selection.without_time(), way, clinic))
        (grid(selection, month, day, way, context))
        @match day {
            Some(day) => (of_day(selection, day, month.starts(day), way, clinic)),
            None => (nothing(selection, month, way, clinic)),
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

/// The month as a table: weeks in rows, from Monday (ISO 8601).
fn grid(
    selection: &Selection<'_>,
    month: &Month,
    day: Option<Date>,
    way: Way<'_>,
    context: &Context<'_>,
) -> Markup {
    let clinic = &context.clinic;
    let monday = i64::from(month.first.weekday().to_monday_zero_offset());
    let begin = month.first.saturating_sub(monday.days());
    let weeks = (0..6_i64).map(|week| begin.saturating_add((7 * week).days()));
    let today = clinic.local_date(context.now);
    let is_over = |first: &Date| first.saturating_add(6.days()) < today;
    let weeks = weeks.take_while(|first| *first <= month.last());
    let weeks = weeks.skip_while(is_over);
    html! {
        div.month {
            (other_months(selection, month, way, context))
            table {
                caption.aside { "Days with free times in " (month.first.strftime("%B %Y")) }
                thead {
                    tr {
                        @for name in ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"] {
                            th scope="col" abbr=(name) { span aria-hidden="true" { (name.get(..2).unwrap_or(name)) } span.aside { (name) } }
                        }
                    }
                }
                tbody {
                    @for first in weeks {
                        tr {
                            @for offset in 0..7_i64 {
                                @let date = first.saturating_add(offset.days());
                                td { @if date.month() == month.first.month() { (cell(selection, month, date, day, way, clinic)) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn cell(
    selection: &Selection<'_>,
    month: &Month,
    date: Date,
    day: Option<Date>,
    way: Way<'_>,
    clinic: &Clinic,
) -> Markup {
    let number = date.day();
    let starts = month.starts(date).len();
    if starts == 0 {
        return html! { span.none { (number) span.aside { ": nothing free" } } };
    }
    let there = Selection {
        month: Some(month.first),
        day: Some(date),
        ..*selection
    };
    let is_chosen = day == Some(date);
    let words = html! {
        span.aside { (date.strftime("%A, %B ")) }
        (number)
        span.aside { ": " (counted(starts)) @if is_chosen { ", shown below" } }
    };
    let class = if is_chosen { "day chosen-day" } else { "day" };
    let address = format!("{}#times", there.address(clinic));
    let value = format!("day:{date}");
    way.option((CHANGE, &value), &address, class, &words)
}

fn counted(starts: usize) -> String {
    match starts {
        1 => "one free time".to_owned(),
        starts => format!("{starts} free times"),
    }
}

fn other_months(
    selection: &Selection<'_>,
    month: &Month,
    way: Way<'_>,
    context: &Context<'_>,
) -> Markup {
    let clinic = &context.clinic;
    let today = clinic.local_date(context.now);
    let before = month.first.saturating_sub(1.month());
    let after = month.first.saturating_add(1.month());
    let to = |first: Date, words: &str| {
        let there = Selection {
            month: Some(first),
            day: None,
            ..*selection
        };
        let value = first.strftime("month:%Y-%m").to_string();
        let label = html! { (words) span.aside { ": " (first.strftime("%B %Y")) } };
        way.option(
            (CHANGE, &value),
            &there.address(clinic),
            "button quiet",
            &label,
        )
    };
    html! {
        div.turn {
            h2 { (month.first.strftime("%B %Y")) }
            @if before.last_of_month() >= today { (to(before, "Earlier")) }
            @if after <= horizon(clinic, context.now) { (to(after, "Later")) }
        }
    }
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
        month: None,
        day: None,
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

/// What to do when nothing is free in a month: look further, call, or wait.
fn nothing(selection: &Selection<'_>, month: &Month, way: Way<'_>, clinic: &Clinic) -> Markup {
    let who = selection.who.and_then(Who::practitioner);
    let (from, to) = (month.first.to_string(), month.last().to_string());
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
            h2 { "Nothing is free in " (month.first.strftime("%B")) }
            p { "Look at another month, call us (" (phone(clinic)) "), or wait for a time to become free." }
            @if let Way::Buttons(_) = way {
                input type="hidden" name=(FROM.name) value=(from);
                input type="hidden" name=(TO.name) value=(to);
            }
            p { (way.option((CHANGE, "wait"), &format!("/waitlist?{wait}"), "button", &html! { "Join the waiting list" })) }
        }
    }
}
