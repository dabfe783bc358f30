//! The contact form as a page: blank, and again with what was typed and what is wrong with it.
//!
//! It needs no script. Errors are listed in a summary on top, which has the focus and links to each field, and
//! each field carries its own message.

use maud::{Markup, html};
use shared::{
    clinic::Clinic,
    guard::{HONEYPOT, KEY_FIELD},
    http::{CONSENT_VERSION, Fields, Page, Problem},
};

use crate::{next, token};

/// The empty form, with its token.
pub(crate) fn blank(clinic: &Clinic, token: &str) -> Page {
    let sheet = Sheet {
        clinic,
        fields: &Fields::default(),
        problem: None,
    };
    Page::new(&sheet.heading(), &sheet.markup("../contact", token))
}

/// The form with what was typed and what is wrong with it.
pub(crate) fn again(clinic: &Clinic, fields: &Fields, problem: &Problem, token: &str) -> Page {
    let sheet = Sheet {
        clinic,
        fields,
        problem: Some(problem),
    };
    let heading = sheet.heading();
    let title = format!("Error: {heading}");
    Page::titled(&title, &heading, &sheet.markup("contact", token))
}

struct Sheet<'a> {
    clinic: &'a Clinic,
    fields: &'a Fields,
    problem: Option<&'a Problem>,
}

/// A field for one line of text.
struct TextInput {
    name: &'static str,
    label: &'static str,
    kind: &'static str,
    /// The token of the HTML standard that browsers fill it in by.
    autocomplete: &'static str,
    longest: u32,
    /// What stands behind the label of a field that may stay empty.
    optional: Option<&'static str>,
}

const LINES: [TextInput; 3] = [
    TextInput {
        name: "name",
        label: "Your name",
        kind: "text",
        autocomplete: "name",
        longest: 100,
        optional: None,
    },
    TextInput {
        name: "email",
        label: "Email",
        kind: "email",
        autocomplete: "email",
        longest: 254,
        optional: Some("(or a phone number below)"),
    },
    TextInput {
        name: "phone",
        label: "Phone",
        kind: "tel",
        autocomplete: "tel",
        longest: 32,
        optional: Some("(or an email address above)"),
    },
];

impl Sheet<'_> {
    fn heading(&self) -> String {
        format!("Write to {}", self.clinic.name())
    }

    /// `action` is relative: the page works under every name and path that its host is reached by.
    /// Multipart, since 5,000 characters of most scripts are over 16 KiB when they are urlencoded.
    fn markup(&self, action: &str, token: &str) -> Markup {
        html! {
            (self.summary())
            p {
                "We will get back to you as soon as possible. If it cannot wait, call "
                a href=(self.clinic.phone().tel()) { (self.clinic.phone().as_str()) } "."
            }
            form method="post" action=(action) enctype="multipart/form-data" novalidate {
                @for line in &LINES { (self.line(line)) }
                (self.topic())
                (self.message())
                (self.consent())
                (honeypot())
                input type="hidden" name=(token::FIELD) value=(token);
                input type="hidden" name=(CONSENT_VERSION) value=(self.clinic.contact().consent.version);
                @for name in self.kept() {
                    input type="hidden" name=(name) value=(self.typed(name));
                }
                p { button { "Send" } }
            }
        }
    }

    /// What the caller's own form held and ours does not show. A key that belongs to another message
    /// is left out: what was changed since is a new one.
    fn kept(&self) -> impl Iterator<Item = &'static str> {
        let reused = self
            .problem
            .is_some_and(|problem| problem.kind() == "key_reused");
        [next::FIELD, "page", KEY_FIELD]
            .into_iter()
            .filter(move |name| !(reused && *name == KEY_FIELD))
            // Nobody can correct these fields here, so one with an error is dropped.
            .filter(|name| self.error(name).is_none() && !self.typed(name).is_empty())
    }

    fn summary(&self) -> Markup {
        let Some(problem) = self.problem else {
            return html! {};
        };
        html! {
            div.summary role="alert" tabindex="-1" autofocus aria-labelledby="summary-title" {
                h2 #summary-title { (title(problem)) }
                @if problem.errors().is_empty() {
                    p { (advice(problem)) }
                } @else {
                    ul {
                        @for error in problem.errors().iter().filter(|error| is_shown(&error.field)) {
                            li { a href={ "#" (error.field) } { (error.message) } }
                        }
                        @if !problem.errors().iter().all(|error| is_shown(&error.field)) {
                            li { "Something that the form sent along could not be used and was left out. Please press Send again." }
                        }
                    }
                }
            }
        }
    }

    fn line(&self, line: &TextInput) -> Markup {
        let error = self.error(line.name);
        html! {
            p {
                label for=(line.name) { (line.label) @if let Some(hint) = line.optional { " " span.hint { (hint) } } }
                input id=(line.name) name=(line.name) type=(line.kind) autocomplete=(line.autocomplete)
                    maxlength=(line.longest) required[line.optional.is_none()] dir="auto" value=(self.typed(line.name))
                    aria-invalid=[error.map(|_| "true")] aria-describedby=[describer(line.name, error)];
                (message_of(line.name, error))
            }
        }
    }

    fn topic(&self) -> Markup {
        let error = self.error("topic");
        html! {
            p {
                label for="topic" { "What is it about?" (optional()) }
                select #topic name="topic" aria-invalid=[error.map(|_| "true")] aria-describedby=[describer("topic", error)] {
                    option value="" { "Please choose" }
                    @for topic in &self.clinic.contact().topics {
                        option value=(topic.id.as_str()) selected[topic.id.as_str() == self.typed("topic")] { (topic.name) }
                    }
                }
                (message_of("topic", error))
            }
        }
    }

    fn message(&self) -> Markup {
        let error = self.error("message");
        html! {
            p {
                label for="message" { "Your message" }
                textarea #message name="message" rows="7" maxlength="5000" required dir="auto"
                    aria-invalid=[error.map(|_| "true")] aria-describedby=[describer("message", error)] {
                    // A browser drops the first line break of a text area.
                    "\n" (self.typed("message"))
                }
                (message_of("message", error))
            }
        }
    }

    fn consent(&self) -> Markup {
        let error = self.error("consent");
        let ticked = error.is_none() && self.fields.form().flag("consent").unwrap_or(false);
        html! {
            p.check {
                input #consent name="consent" type="checkbox" required checked[ticked]
                    aria-invalid=[error.map(|_| "true")] aria-describedby=[describer("consent", error)];
                label for="consent" { (self.clinic.contact().consent.text) }
                (message_of("consent", error))
            }
        }
    }

    fn typed(&self, name: &str) -> &str {
        self.fields.peek(name).unwrap_or_default()
    }

    fn error(&self, name: &str) -> Option<&str> {
        let errors = self.problem?.errors();
        let error = errors.iter().find(|error| error.field == name)?;
        Some(&error.message)
    }
}

/// The problem's title, in the words of the form: a visitor does not know about keys.
fn title(problem: &Problem) -> &str {
    match problem.kind() {
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

fn is_shown(field: &str) -> bool {
    LINES.iter().any(|line| line.name == field) || ["topic", "message", "consent"].contains(&field)
}

fn optional() -> Markup {
    html! { " " span.hint { "(optional)" } }
}

fn describer(name: &str, error: Option<&str>) -> Option<String> {
    error.map(|_| format!("{name}-error"))
}

fn message_of(name: &str, error: Option<&str>) -> Markup {
    html! {
        @if let Some(error) = error { span.error id={ (name) "-error" } { (error) } }
    }
}

/// The field is out of sight, out of the tab order and hidden from screen readers, and asks password managers to
/// ignore it.
fn honeypot() -> Markup {
    html! {
        div.aside aria-hidden="true" {
            label for=(HONEYPOT) { "Leave this empty" }
            input id=(HONEYPOT) name=(HONEYPOT) type="text" tabindex="-1" autocomplete="off"
                data-1p-ignore data-lpignore="true" data-bwignore="true" data-form-type="other";
        }
    }
}
