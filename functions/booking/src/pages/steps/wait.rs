//! The page on which somebody joins the waiting list.

use maud::html;
use shared::{
    clinic::{Clinic, Place},
    forms::{CONSENT, CONSENT_VERSION_FIELD, Field, Sheet, honeypot},
    http::{Fields, Problem},
    pages::{Page, Script, phone},
};

use super::{Way, been_here, chosen, enter, so_far, step};
use crate::booking::{
    Selection,
    fields::{EMAIL, FROM, NAME, PHONE, RETURNING, TO},
};

const SHOWN: [Field; 7] = [FROM, TO, NAME, EMAIL, PHONE, RETURNING, CONSENT];

/// The form: blank, or with what was typed and what is wrong with it.
pub(crate) fn wait(
    selection: &Selection<'_>,
    fields: &Fields,
    problem: Option<&Problem>,
    clinic: &Clinic,
) -> Page {
    let sheet = Sheet { fields, problem };
    let heading = "Join the waiting list";
    let is_call = selection
        .service
        .is_some_and(|service| service.place == Place::Phone);
    let page = step(
        heading,
        &html! {
            (sheet.summary("There is a problem", &SHOWN, "Something went wrong with the form. Press the button again."))
            p { "When a time becomes free that suits you, we email you and hold it for you. You can leave the list at any time." }
            form method="post" action="/waitlist" novalidate {
                (enter())
                (so_far(selection, Way::Buttons(fields), clinic))
                (chosen(selection))
                (sheet.input(&FROM, Some("The first day that suits you")))
                (sheet.input(&TO, Some("The last day that suits you")))
                (sheet.input(&NAME, None))
                (sheet.input(&EMAIL, Some("We write to you when a time becomes free.")))
                (sheet.input(&PHONE, Some(if is_call { "We call you on this number." } else { "For questions (optional)" })))
                (been_here(&sheet, selection))
                (sheet.tick(&CONSENT, &clinic.booking().consent.text))
                (honeypot())
                input type="hidden" name=(CONSENT_VERSION_FIELD.name) value=(clinic.booking().consent.version);
                div.actions { button data-prove="" { "Join the waiting list" } }
            }
            p { "Questions? Call us: " (phone(clinic)) "." }
        },
    )
    .with_script(Script::Proof);
    page.with_mistakes(problem.is_some())
}
