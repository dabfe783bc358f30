//! Free times to choose from, day by day.

use std::collections::BTreeMap;

use jiff::{Timestamp, ToSpan, civil::Date};
use maud::{Markup, html};
use shared::{clinic::Clinic, pages::Page, values::PractitionerId};

use super::{Here, booking::View, facts::phone};
use crate::{
    booking::practitioner_name,
    context::Context,
    time::{Book, FreeStart},
};

/// The free times of some days.
pub(crate) struct Times {
    pub(crate) days: BTreeMap<Date, Vec<FreeStart>>,
    /// Who the booking is with now.
    pub(crate) practitioner: PractitionerId,
}

/// How many times can be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Choose {
    One,
    Several,
}

impl Times {
    /// The boxes of a form: `start`, or `starts.1`, `starts.2` … Those in `ticked` are ticked.
    pub(super) fn boxes(&self, choose: Choose, ticked: &[String], clinic: &Clinic) -> Markup {
        let mut number = 0;
        html! {
            @for (day, starts) in self.days.iter().filter(|(_, starts)| !starts.is_empty()) {
                fieldset {
                    legend { (day.strftime("%A, %B %-d")) }
                    div.times {
                        @for free in starts {
                            @let name = { number += 1; name(choose, number) };
                            label.time {
                                input type=(if choose == Choose::One { "radio" } else { "checkbox" })
                                    name=(name) value=(free.start) required[choose == Choose::One] checked[ticked.contains(&free.start.to_string())];
                                (self.words(free, clinic))
                            }
                        }
                    }
                }
            }
            @if self.are_none() { p { "Nothing is free on these days." } }
        }
    }

    /// Only those that can be booked online.
    #[must_use]
    pub(crate) fn online(mut self) -> Self {
        for starts in self.days.values_mut() {
            starts.retain(|free| free.book == Book::Online);
        }
        self
    }

    fn are_none(&self) -> bool {
        self.days.values().all(Vec::is_empty)
    }

    /// Links to the days before and after, for a page at `address`.
    pub(crate) fn other_days(&self, address: &str, today: Date, last: Date) -> Markup {
        let (Some((first, _)), Some((end, _))) =
            (self.days.first_key_value(), self.days.last_key_value())
        else {
            return Markup::default();
        };
        let count = i64::try_from(self.days.len()).unwrap_or(1);
        let earlier = first.saturating_sub(count.days()).max(today);
        let later = end.saturating_add(1.day());
        html! {
            p.actions {
                @if *first > today { a href={ (address) "&from=" (earlier) } { "Earlier days" } }
                @if later <= last { a href={ (address) "&from=" (later) } { "Later days" } }
            }
        }
    }

    fn words(&self, free: &FreeStart, clinic: &Clinic) -> Markup {
        let first = free.practitioners.first();
        let other = first.filter(|_| !free.practitioners.contains(&self.practitioner));
        html! {
            span {
                (clock(free.start.moment(), clinic))
                @if let Some(other) = other { " " span.small { "with " (practitioner_name(other, clinic)) } }
            }
        }
    }
}

fn name(choose: Choose, number: usize) -> String {
    match choose {
        Choose::One => "start".to_owned(),
        Choose::Several => format!("starts.{number}"),
    }
}

/// The time of day at the clinic: `9:15 a.m.`, which no line break parts.
pub(super) fn clock(moment: Timestamp, clinic: &Clinic) -> String {
    let local = moment.to_zoned(clinic.time_zone().clone());
    let half = if local.hour() < 12 { "a.m." } else { "p.m." };
    format!("{}\u{a0}{half}", local.strftime("%-I:%M"))
}

/// The page on which a patient chooses another time. It is inside the booking's address.
pub(crate) fn reschedule(
    view: &View,
    times: &Times,
    token: &str,
    (today, last): (Date, Date),
    context: &Context<'_>,
) -> Page {
    let clinic = &context.clinic;
    let back = format!(
        "{}?token={token}",
        Here::Inside.to_booking(view.reference())
    );
    Page::new(
        "Choose another time",
        &html! {
            @if !view.has_to_move() { p { "Your appointment stays as it is until you have chosen." } }
            (view.facts(clinic))
            form method="post" action="reschedule" {
                input type="hidden" name="token" value=(token);
                (times.boxes(Choose::One, &[], clinic))
                @if !times.are_none() { div.actions { button { "Take this time" } } }
            }
            (times.other_days(&format!("reschedule?token={token}"), today, last))
            p { "Nothing that suits you? Call us: " (phone(clinic)) "." }
            p { a href=(back) { @if view.has_to_move() { "Back to your appointment" } @else { "Keep the time that you have" } } }
        },
    )
}
