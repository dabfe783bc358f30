//! The fifth step: everything to be checked before it is booked.

use maud::{Markup, html};
use shared::{
    clinic::{Clinic, Confirmation},
    http::Fields,
    pages::{Page, Script},
};

use super::{CHANGE, Way, along, chosen, so_far, step};
use crate::booking::{Selection, Wish};

/// What will be booked, and the button that books it.
pub(crate) fn check(
    selection: &Selection<'_>,
    wish: &Wish<'_>,
    fields: &Fields,
    clinic: &Clinic,
) -> Page {
    // Without an email address nothing is confirmed before somebody has called.
    let has_email = wish.patient.email.is_some();
    let (book, then) = match (wish.service.confirmation, has_email) {
        (Confirmation::Instant, true) => ("Book this appointment", None),
        (Confirmation::Request, true) => (
            "Request this appointment",
            Some("We hold the time for you and email you when we have confirmed it."),
        ),
        (_, false) => (
            "Request this appointment",
            Some("We hold the time for you and call you to confirm it."),
        ),
    };
    step(
        "Check your appointment",
        &html! {
            form method="post" action="/book" {
                (chosen(selection))
                (so_far(selection, Way::Buttons(fields), clinic))
                input type="hidden" name="start" value=(clinic.local_time(wish.start));
                (along(fields, selection))
                (patient(wish))
                @if let Some(then) = then { p { (then) } }
                div.actions { button formaction="/bookings" data-prove="" { (book) } }
            }
        },
    )
    .with_script(Script::Proof)
}

fn patient(wish: &Wish<'_>) -> Markup {
    let patient = &wish.patient;
    html! {
        dl.chosen {
            div {
                dt { "Name" }
                dd dir="auto" { (patient.name.as_str()) }
                dd { button.link name=(CHANGE) value="details" { "Change" span.aside { " what you entered" } } }
            }
            @if let Some(email) = &patient.email { div { dt { "Email" } dd { (email.as_str()) } } }
            @if let Some(phone) = &patient.phone { div { dt { "Phone" } dd { (phone.as_str()) } } }
            div { dt { "Here before" } dd { @if patient.returning { "Yes" } @else { "No" } } }
            @if let Some(reason) = &wish.reason { div { dt { "Reason" } dd dir="auto" { (reason.as_str()) } } }
        }
    }
}
