//! The contact form as a page: blank, and again with what was typed and what is wrong with it.

use maud::{Markup, html};
use shared::{
    clinic::Clinic,
    forms::{
        Field, KEY, NEXT, Sheet, TOKEN,
        contact::{PAGE, SHOWN, contact_form},
    },
    http::{Fields, Problem},
    pages::{Keeping, Page, Script, Section, phone},
};

const HEADING: &str = "Write to us";

/// The empty form, with its token.
pub(crate) fn blank(clinic: &Clinic, token: &str) -> Page {
    page(&Sheet::blank(), token, clinic).kept_by(Keeping::Browser)
}

/// The form with what was typed and what is wrong with it.
pub(crate) fn again(clinic: &Clinic, fields: &Fields, problem: &Problem, token: &str) -> Page {
    let sheet = Sheet {
        fields,
        problem: Some(problem),
    };
    page(&sheet, token, clinic).with_mistakes(true)
}

fn page(sheet: &Sheet<'_>, token: &str, clinic: &Clinic) -> Page {
    let along = html! {
        input type="hidden" name=(TOKEN.name) value=(token);
        (sheet.hidden(&kept(sheet)))
    };
    Page::new(
        HEADING,
        &html! {
            @if let Some(problem) = sheet.problem { (summary(sheet, problem)) }
            p.lead { "We will get back to you as soon as possible. If it cannot wait, call " (phone(clinic)) "." }
            (contact_form(sheet, &along, clinic))
        },
    )
    .in_section(Section::Contact)
    .with_script(Script::Proof)
}

/// What the caller's own form held and ours does not show. A key that belongs to another message is left out: what was
/// changed since is a new one. Nobody can correct these fields here, so one with an error is dropped.
fn kept(sheet: &Sheet<'_>) -> Vec<Field> {
    let is_reused = |problem: &Problem| problem.kind() == "key_reused";
    let is_reused = sheet.problem.is_some_and(is_reused);
    let kept = [NEXT, PAGE, KEY].into_iter();
    kept.filter(|field| !(is_reused && *field == KEY) && sheet.error(field).is_none())
        .collect()
}

fn summary(sheet: &Sheet<'_>, problem: &Problem) -> Markup {
    if !problem.errors().is_empty() {
        let other = "Something went wrong with the form. Press Send again.";
        return sheet.summary(title(problem), &SHOWN, other);
    }
    html! {
        div.summary role="alert" tabindex="-1" autofocus aria-labelledby="summary-title" {
            h2 #summary-title { (title(problem)) }
            p { (advice(problem)) }
        }
    }
}

/// The problem's title, in the words of the form: a visitor does not know about keys.
fn title(problem: &Problem) -> &str {
    match problem.kind() {
        "invalid" => "There is a problem",
        "key_reused" => "An earlier version of this message was already sent",
        _ => problem.title(),
    }
}

fn advice(problem: &Problem) -> String {
    let wait = problem.retry_after_seconds().unwrap_or_default();
    match problem.kind() {
        "key_reused" => "Press Send to send this as a new message.".to_owned(),
        "too_many_requests" => {
            let when = match wait {
                0..=60 => "in a minute".to_owned(),
                61..=7_200 => format!("in {} minutes", wait.div_ceil(60)),
                _ => "tomorrow".to_owned(),
            };
            format!("What you typed is still here: please press Send again {when}, or call.")
        }
        _ => "What you typed is still here: press Send to try again.".to_owned(),
    }
}
