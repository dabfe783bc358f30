//! A month whose days lead to their free times.

use std::collections::BTreeMap;

use jiff::{ToSpan as _, civil::Date};
use maud::{Markup, html};

use crate::{
    booking::Look,
    context::Context,
    time::{Book, FreeStart, horizon},
};

/// A month with its free times.
pub(crate) struct Month {
    /// The first of the month.
    first: Date,
    /// The free starts of each of its days that can be booked.
    days: BTreeMap<Date, Vec<FreeStart>>,
    /// The last day until which nothing is free either, where later months were searched as well.
    searched_until: Option<Date>,
}

impl Month {
    pub(crate) fn of(first: Date, days: BTreeMap<Date, Vec<FreeStart>>) -> Self {
        Self {
            first,
            days,
            searched_until: None,
        }
    }

    /// The same month, when nothing is free until this later day.
    pub(crate) fn full_until(mut self, last: Date) -> Self {
        self.searched_until = Some(last);
        self
    }

    /// The same month with only those that can be booked online.
    pub(crate) fn online(mut self) -> Self {
        for starts in self.days.values_mut() {
            starts.retain(|free| free.book == Book::Online);
        }
        self
    }

    /// Whether nothing is free in it.
    pub(crate) fn is_full(&self) -> bool {
        self.days.values().all(Vec::is_empty)
    }

    /// The day whose times are shown: the one that is looked at or, if nothing is free then, the first with a time.
    pub(super) fn shown(&self, look: Look) -> Option<Date> {
        let asked = look.day().filter(|day| !self.starts(*day).is_empty());
        asked.or_else(|| self.first_free())
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

    /// The first and the last day that were searched, of those that can be booked.
    pub(super) fn searched(&self, context: &Context<'_>) -> (Date, Date) {
        let clinic = &context.clinic;
        let last = self.searched_until.unwrap_or_else(|| self.last());
        (
            self.first.max(clinic.local_date(context.now)),
            last.min(horizon(clinic, context.now)),
        )
    }

    /// That nothing is free, and when.
    pub(super) fn full(&self, context: &Context<'_>) -> String {
        let (from, to) = self.searched(context);
        if self.is_searched_on() {
            let day = |date: Date| date.strftime("%B %-d");
            return format!("Nothing is free from {} to {}", day(from), day(to));
        }
        format!("Nothing is free in {}", self.first.strftime("%B"))
    }

    /// Whether later months were searched as well.
    pub(super) fn is_searched_on(&self) -> bool {
        self.searched_until.is_some()
    }

    pub(super) fn starts(&self, day: Date) -> &[FreeStart] {
        self.days.get(&day).map(Vec::as_slice).unwrap_or_default()
    }
}

/// A way to another month or day.
pub(super) struct Turn {
    /// The month or day: `month:2026-12`, `day:2026-12-01`.
    pub(super) look: String,
    /// The part of the page that is in view then: the month, or the times of the day.
    pub(super) part: &'static str,
    /// The CSS class of the link or button.
    pub(super) class: &'static str,
    pub(super) label: Markup,
}

/// Makes the link or the button.
pub(super) type Lead<'a> = &'a dyn Fn(&Turn) -> Markup;

/// The month as a table: weeks in rows, from Monday (ISO 8601). `day` is the one whose times are shown.
pub(super) fn calendar(
    month: &Month,
    day: Option<Date>,
    lead: Lead<'_>,
    context: &Context<'_>,
) -> Markup {
    let monday = i64::from(month.first.weekday().to_monday_zero_offset());
    let begin = month.first.saturating_sub(monday.days());
    let weeks = (0..6_i64).map(|week| begin.saturating_add((7 * week).days()));
    let today = context.clinic.local_date(context.now);
    let is_over = |first: &Date| first.saturating_add(6.days()) < today;
    let weeks = weeks.take_while(|first| *first <= month.last());
    let weeks = weeks.skip_while(is_over);
    html! {
        div.month #month {
            (other_months(month, lead, context))
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
                                td { @if date.month() == month.first.month() { (cell(month, date, day, lead)) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn cell(month: &Month, date: Date, day: Option<Date>, lead: Lead<'_>) -> Markup {
    let number = date.day();
    let starts = month.starts(date).len();
    if starts == 0 {
        return html! { span.none { (number) span.aside { ": nothing free" } } };
    }
    let is_chosen = day == Some(date);
    let words = html! {
        span.aside { (date.strftime("%A, %B ")) }
        (number)
        span.aside { ": " (counted(starts)) @if is_chosen { ", shown below" } }
    };
    lead(&Turn {
        look: format!("day:{date}"),
        part: "#times",
        class: if is_chosen { "day chosen-day" } else { "day" },
        label: words,
    })
}

fn counted(starts: usize) -> String {
    match starts {
        1 => "one free time".to_owned(),
        starts => format!("{starts} free times"),
    }
}

fn other_months(month: &Month, lead: Lead<'_>, context: &Context<'_>) -> Markup {
    let clinic = &context.clinic;
    let today = clinic.local_date(context.now);
    let before = month.first.saturating_sub(1.month());
    let after = month.first.saturating_add(1.month());
    let to = |first: Date, words: &str| {
        lead(&Turn {
            look: first.strftime("month:%Y-%m").to_string(),
            part: "#month",
            class: "button quiet",
            label: html! { (words) span.aside { ": " (first.strftime("%B %Y")) } },
        })
    };
    html! {
        div.turn {
            h2 { (month.first.strftime("%B %Y")) }
            @if before.last_of_month() >= today { (to(before, "Earlier")) }
            @if after <= horizon(clinic, context.now) { (to(after, "Later")) }
        }
    }
}
