//! The pages on which an appointment was not booked: with what was typed, and a way on.

use maud::{Markup, html};
use shared::{
    clinic::Clinic,
    http::{Fields, Problem},
    pages::{Page, Script, phone},
};

use super::{CHANGE, Way, along, chosen, so_far, step};
use crate::{booking::Selection, time::FreeStart};

/// The page on which somebody else was faster, or need not wait, with free times as buttons.
pub(crate) fn taken(
    (heading, words): (&str, &str),
    selection: &Selection<'_>,
    free: &[FreeStart],
    fields: &Fields,
    clinic: &Clinic,
) -> Page {
    step(
        heading,
        &html! {
            p { (words) " We have kept your details." }
            form method="post" action="/bookings" {
                (so_far(&selection.without_time(), Way::Buttons(fields), clinic))
                (chosen(selection))
                (along(fields, selection))
                @if !free.is_empty() {
                    h2 { "Book one of the next free times" }
                    ul.choices {
                        @for free in free {
                            li { button.quiet name="start" value=(free.start) data-prove="" { (clinic.spoken_time(free.start.moment())) } }
                        }
                    }
                }
                (other_time())
            }
            p { "Or call us: " (phone(clinic)) "." }
        },
    )
    .with_script(Script::Proof)
}

/// The page on which it could not be booked, for whatever reason.
pub(crate) fn stopped(
    selection: &Selection<'_>,
    fields: &Fields,
    problem: &Problem,
    clinic: &Clinic,
) -> Page {
    // The same again is safe: what may have been stored is not stored twice.
    let may_repeat = problem.kind() == "unavailable";
    let start = selection.start.map(|start| clinic.local_time(start));
    let (heading, detail) = match problem.kind() {
        "key_reused" => (
            "This form was used before",
            Some(
                "To change the appointment that you have just booked, use the link in your email. To book one more, choose its time.",
            ),
        ),
        _ => (problem.title(), problem.detail()),
    };
    step(
        heading,
        &html! {
            @if let Some(detail) = detail { p { (detail) } }
            form method="post" action="/bookings" {
                (so_far(selection, Way::Buttons(fields), clinic))
                (chosen(selection))
                (along(fields, selection))
                @if may_repeat {
                    @if let Some(start) = start { input type="hidden" name="start" value=(start); }
                    p { "Your appointment may already be booked. Try again: this cannot book it twice." }
                    div.actions { button data-prove="" { "Try again" } }
                } @else {
                    (other_time())
                }
            }
            p { "Or call us: " (phone(clinic)) "." }
        },
    )
    .with_script(Script::Proof)
}

fn other_time() -> Markup {
    html! {
        div.actions {
            button.quiet formaction="/book" name=(CHANGE) value="time" { "Choose another time" }
            button.quiet formaction="/book" name=(CHANGE) value="details" { "Change what you entered" }
        }
    }
}
