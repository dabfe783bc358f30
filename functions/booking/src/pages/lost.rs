//! The pages for somebody whose link does not work, or is lost.

use maud::{Markup, html};
use shared::{
    clinic::Clinic,
    http::Problem,
    pages::{Page, Section},
};

use super::{
    Here,
    facts::{back, phone},
};

/// The page of a patient's link that does not work.
pub(crate) fn patients_link(here: Here, clinic: &Clinic) -> Page {
    Page::new(
        "This link does not work",
        &html! {
            p { "Part of it may be missing. Links stop working 30 days after the appointment." }
            (form(here, None, clinic))
            (back(clinic))
        },
    )
}

/// The page of a link to the waiting list that does not work.
pub(crate) fn waitlist_link(clinic: &Clinic) -> Page {
    Page::new(
        "This link does not work",
        &html! {
            p { "Part of it may be missing: open it from the mail again, or copy all of it. Links stop working 30 days after the last day that you wanted." }
            (back(clinic))
        },
    )
}

/// The page of staff's link that does not work.
pub(crate) fn staffs_link(clinic: &Clinic) -> Page {
    Page::new(
        "This link does not work",
        &html! {
            p { "Part of it may be missing: open it from the mail again, or copy all of it. Links stop working 30 days after the appointment." }
            (back(clinic))
        },
    )
}

/// The form on a page of its own.
pub(crate) fn form_page(clinic: &Clinic) -> Page {
    let page = Page::new("Your appointments", &form(Here::Booking, None, clinic));
    page.in_section(Section::Booking)
}

/// The problem of an address that cannot be right, with the form to try again.
pub(crate) fn with_form(problem: Problem, clinic: &Clinic) -> Problem {
    let sentence = problem.sentence();
    let page = Page::new(
        "Your appointments",
        &html! {
            (form(Here::Booking, Some(&sentence), clinic))
            (back(clinic))
        },
    );
    problem.with_page(page)
}

/// The page after somebody has asked for their links: the same for every address.
pub(crate) fn asked(clinic: &Clinic) -> Page {
    Page::new(
        "Please check your mail",
        &html! {
            p { "If this address has upcoming appointments, we have sent their links to it." }
            p { "Nothing there after a few minutes? Check your spam folder, or call us: " (phone(clinic)) "." }
            (back(clinic))
        },
    )
}

fn form(here: Here, error: Option<&str>, clinic: &Clinic) -> Markup {
    html! {
        h2 { "Get your links by mail" }
        p { "We send the links to your appointments to the address that you booked them with." }
        form method="post" action=(here.to_links()) {
            p {
                label for="email" { "Email" }
                @if let Some(error) = error { span.error id="email-error" { (error) } }
                input id="email" name="email" type="email" autocomplete="email" required
                    aria-invalid=[error.map(|_| "true")] aria-describedby=[error.map(|_| "email-error")];
            }
            div.actions { button { "Send me my links" } }
        }
        p { "Or call us: " (phone(clinic)) "." }
    }
}
