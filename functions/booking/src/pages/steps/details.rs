//! The fourth step: who you are.

use maud::{Markup, html};
use shared::{
    clinic::{Clinic, Place},
    forms::{CONSENT, CONSENT_VERSION_FIELD, Field, Sheet, honeypot},
    http::{Fields, Problem},
    pages::Page,
};

use super::{Way, been_here, chosen, enter, key, so_far, step};
use crate::booking::{
    Selection,
    fields::{EMAIL, NAME, PHONE, REASON, RETURNING},
};

/// The fields of the page, in their order.
const SHOWN: [Field; 6] = [NAME, EMAIL, PHONE, RETURNING, REASON, CONSENT];

/// The form about the patient: blank, or with what was typed and what is wrong with it.
pub(crate) fn details(
    selection: &Selection<'_>,
    fields: &Fields,
    problem: Option<&Problem>,
    clinic: &Clinic,
) -> Page {
    let sheet = Sheet { fields, problem };
    let heading = "Your details";
    let page = step(
        heading,
        &html! {
            (sheet.summary("There is a problem", &SHOWN, "Something went wrong with the form. Press Continue again."))
            form method="post" action="/book" novalidate {
                (enter())
                (so_far(selection, Way::Buttons(fields), clinic))
                (chosen(selection))
                @if let Some(start) = selection.start { input type="hidden" name="start" value=(clinic.local_time(start)); }
                (asked(&sheet, selection, clinic))
                (key(fields))
                (honeypot())
                input type="hidden" name=(CONSENT_VERSION_FIELD.name) value=(clinic.booking().consent.version);
                div.actions { button { "Continue" } }
            }
        },
    );
    page.with_mistakes(problem.is_some())
}

fn asked(sheet: &Sheet<'_>, selection: &Selection<'_>, clinic: &Clinic) -> Markup {
    let service = selection.service;
    let is_call = service.is_some_and(|service| service.place == Place::Phone);
    let (mail, phone) = if is_call {
        (
            "For the confirmation (optional)",
            "We call you on this number.",
        )
    } else {
        (
            "We confirm your appointment by email. Without one, enter a phone number.",
            "For questions about your appointment. Optional, if you enter an email address.",
        )
    };
    html! {
        (sheet.input(&NAME, None))
        (sheet.input(&EMAIL, Some(mail)))
        (sheet.input(&PHONE, Some(phone)))
        (been_here(sheet, selection))
        (sheet.input(&REASON, Some("A few words help us to prepare (optional)")))
        (sheet.tick(&CONSENT, &clinic.booking().consent.text))
    }
}
