//! The pages for somebody whose link does not work, or is lost.

use maud::{Markup, html};
use shared::{
    clinic::Clinic,
    forms::Sheet,
    http::{Fields, Problem},
    pages::{Page, Section, phone},
};

use super::{Here, facts::back};
use crate::booking::fields::LINKS_EMAIL;

/// The page of a patient's link that does not work.
pub(crate) fn patients_link(here: Here, clinic: &Clinic) -> Page {
    Page::new(
        "This link does not work",
        &html! {
            p { "Part of it may be missing. Links stop working 30 days after the appointment." }
            (blank_form(here, clinic))
            (back(clinic))
        },
    )
}

/// The page of a link to the waiting list that does not work.
pub(crate) fn waitlist_link(clinic: &Clinic) -> Page {
    mailed_link("the last day that you wanted", clinic)
}

/// The page of staff's link that does not work.
pub(crate) fn staffs_link(clinic: &Clinic) -> Page {
    mailed_link("the appointment", clinic)
}

/// The page of a link that is in a mail, and works for 30 days after `last`.
fn mailed_link(last: &str, clinic: &Clinic) -> Page {
    Page::new(
        "This link does not work",
        &html! {
            p { "Part of it may be missing: open it from the mail again, or copy all of it. Links stop working 30 days after " (last) "." }
            (back(clinic))
        },
    )
}

/// The form on a page of its own.
pub(crate) fn form_page(clinic: &Clinic) -> Page {
    let page = Page::new("Your appointments", &blank_form(Here::Booking, clinic));
    page.in_section(Section::Booking)
}

/// The problem of an address that cannot be right, with the form to try again.
pub(crate) fn with_form(problem: Problem, fields: &Fields, clinic: &Clinic) -> Problem {
    let sheet = Sheet {
        fields,
        problem: Some(&problem),
    };
    let page = Page::new(
        "Your appointments",
        &html! {
            (sheet.summary("There is a problem", &[LINKS_EMAIL], "Something went wrong with the form. Press the button again."))
            (form(Here::Booking, &sheet, clinic))
        },
    );
    problem.with_page(page.with_mistakes(true).in_section(Section::Booking))
}

/// The page after somebody has asked for their links: the same for every address.
pub(crate) fn asked(clinic: &Clinic) -> Page {
    Page::new(
        "Check your email",
        &html! {
            p { "If this address has upcoming appointments, we have sent their links to it." }
            p { "Nothing there after a few minutes? Check your spam folder, or call us: " (phone(clinic)) "." }
            (back(clinic))
        },
    )
}

fn blank_form(here: Here, clinic: &Clinic) -> Markup {
    form(here, &Sheet::blank(), clinic)
}

fn form(here: Here, sheet: &Sheet<'_>, clinic: &Clinic) -> Markup {
    html! {
        h2 { "Get your links by email" }
        form method="post" action=(here.to_links()) novalidate {
            (sheet.input(&LINKS_EMAIL, Some("The address that you booked with. We send the links to your appointments to it.")))
            div.actions { button { "Send me my links" } }
        }
        p { "Or call us: " (phone(clinic)) "." }
    }
}
