//! Free times instead of those that a booking has: a month, and the times of one of its days.

use jiff::{Timestamp, civil::Date};
use maud::{Markup, html};
use shared::{
    clinic::Clinic,
    pages::{Page, phone},
    values::PractitionerId,
};

use super::{
    Here,
    booking::View,
    month::{Lead, Month, Turn, calendar},
    own,
};
use crate::{
    booking::{Look, fields::STARTS, practitioner_name},
    context::Context,
    time::FreeStart,
};

/// The free times that a booking could have.
pub(crate) struct Times {
    pub(crate) month: Month,
    /// Where somebody looks for one.
    pub(crate) look: Look,
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
    /// The month and the times of one of its days as the boxes of a form: `start`, or `starts.1`, `starts.2` … Those in
    /// `ticked` are ticked; those of other days stand before them.
    pub(super) fn boxes(
        &self,
        choose: Choose,
        ticked: &[Timestamp],
        error: Option<&str>,
        lead: Lead<'_>,
        context: &Context<'_>,
    ) -> Markup {
        let clinic = &context.clinic;
        let day = self.shown();
        let is_elsewhere = |start: &&Timestamp| Some(clinic.local_date(**start)) != day;
        let elsewhere: Vec<&Timestamp> = ticked.iter().filter(is_elsewhere).collect();
        html! {
            div id=(STARTS.name) tabindex="-1" {
                @if let Some(error) = error { span.error { span.aside { "Error: " } (error) } }
                @if !elsewhere.is_empty() {
                    fieldset {
                        legend { "Chosen on other days" }
                        @for (number, start) in elsewhere.iter().enumerate() {
                            (box_of(choose, number, **start, true, &html! { (clinic.spoken_time(**start)) }, clinic))
                        }
                    }
                }
                (calendar(&self.month, day, lead, context))
                @match day {
                    Some(day) => (self.boxes_of(day, (choose, elsewhere.len()), ticked, clinic)),
                    None => p #times { (self.month.full(context)) "." },
                }
            }
        }
    }

    fn boxes_of(
        &self,
        day: Date,
        (choose, before): (Choose, usize),
        ticked: &[Timestamp],
        clinic: &Clinic,
    ) -> Markup {
        html! {
            fieldset #times {
                legend { (day.strftime("%A, %B %-d")) }
                div.times {
                    @for (number, free) in self.month.starts(day).iter().enumerate() {
                        @let start = free.start.moment();
                        (box_of(choose, before + number, start, ticked.contains(&start), &self.words(free, clinic), clinic))
                    }
                }
            }
        }
    }

    /// The day whose times are shown.
    fn shown(&self) -> Option<Date> {
        self.month.shown(self.look)
    }

    fn words(&self, free: &FreeStart, clinic: &Clinic) -> Markup {
        let first = free.practitioners.first();
        let other = first.filter(|_| !free.practitioners.contains(&self.practitioner));
        html! {
            span {
                (clinic.spoken_clock(free.start.moment()))
                @if let Some(other) = other { " " span.small { "with " (practitioner_name(other, clinic)) } }
            }
        }
    }
}

fn box_of(
    choose: Choose,
    number: usize,
    start: Timestamp,
    is_ticked: bool,
    words: &Markup,
    clinic: &Clinic,
) -> Markup {
    let (kind, name) = match choose {
        Choose::One => ("radio", "start".to_owned()),
        Choose::Several => ("checkbox", format!("starts.{}", number + 1)),
    };
    html! {
        label.time {
            input type=(kind) name=(name) value=(clinic.local_time(start)) required[choose == Choose::One] checked[is_ticked];
            (words)
        }
    }
}

/// The page on which a patient chooses another time. It is inside the booking's address.
pub(crate) fn reschedule(view: &View, times: &Times, token: &str, context: &Context<'_>) -> Page {
    let clinic = &context.clinic;
    let back = format!(
        "{}?token={token}",
        Here::Inside.to_booking(view.reference())
    );
    let lead = |turn: &Turn| {
        let look = turn.look.replacen(':', "=", 1);
        html! { a class=(turn.class) href={ "reschedule?token=" (token) "&" (look) (turn.part) } { (turn.label) } }
    };
    own(
        "Choose another time",
        &html! {
            @if !view.has_to_move() { p { "Your appointment stays as it is until you have chosen." } }
            (view.facts(clinic))
            // After Back, a browser would tick the time that now stands in the place of the one before.
            form method="post" action="reschedule" autocomplete="off" {
                input type="hidden" name="token" value=(token);
                (times.boxes(Choose::One, &[], None, &lead, context))
                @if times.shown().is_some() { div.actions { button { "Take this time" } } }
            }
            p { "Nothing suitable? Call us: " (phone(clinic)) "." }
            p { a href=(back) { @if view.has_to_move() { "Back to your appointment" } @else { "Keep my current time" } } }
        },
    )
}
