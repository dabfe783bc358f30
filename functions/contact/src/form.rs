//! The contact form as a page: blank, and again with what was typed and what is wrong with it.
//!
//! It needs no script: errors are a summary on top that has the focus and links to each field, and a
//! message tied to each field.

use axum::{extract::State, response::IntoResponse};
use maud::{Markup, html};
use shared::{
    clinic::Clinic,
    http::{Fields, Page, Problem},
};

use crate::{ContactDesk, message::HONEYPOT, next, token};

/// `GET /contact/form`.
pub(crate) async fn blank(State(desk): State<ContactDesk>) -> impl IntoResponse {
    let clinic = desk.clinic.current();
    let token = desk.tokens.issue(desk.clock.now());
    let sheet = Sheet {
        clinic: &clinic,
        fields: &Fields::default(),
        problem: None,
    };
    Page::new("Write to us", &sheet.markup(&desk.api_url, &token))
}

/// The form again, with what was typed.
pub(crate) fn again(
    desk: &ContactDesk,
    clinic: &Clinic,
    fields: &Fields,
    problem: &Problem,
) -> Page {
    let sheet = Sheet {
        clinic,
        fields,
        problem: Some(problem),
    };
    let token = desk.tokens.again(fields, desk.clock.now());
    let markup = sheet.markup(&desk.api_url, &token);
    Page::titled("Error: Write to us", "Write to us", &markup)
        .leading_to(&next::origins(clinic, &desk.api_url))
}

struct Sheet<'a> {
    clinic: &'a Clinic,
    fields: &'a Fields,
    problem: Option<&'a Problem>,
}

/// A field for one line of text.
struct Line {
    name: &'static str,
    label: &'static str,
    kind: &'static str,
    /// The token of the HTML standard that browsers fill it in by.
    autocomplete: &'static str,
    longest: u32,
    required: bool,
}

const LINES: [Line; 3] = [
    Line {
        name: "name",
        label: "Your name",
        kind: "text",
        autocomplete: "name",
        longest: 100,
        required: true,
    },
    Line {
        name: "email",
        label: "Email",
        kind: "email",
        autocomplete: "email",
        longest: 254,
        required: true,
    },
    Line {
        name: "phone",
        label: "Phone",
        kind: "tel",
        autocomplete: "tel",
        longest: 32,
        required: false,
    },
];

impl Sheet<'_> {
    /// Multipart, since 5,000 characters of most scripts are over 16 KiB when they are urlencoded.
    fn markup(&self, api_url: &str, token: &str) -> Markup {
        html! {
            (self.summary())
            p {
                "We will get back to you as soon as possible. If it cannot wait, call "
                a href=(self.clinic.phone.tel()) { (self.clinic.phone.as_str()) } "."
            }
            form method="post" action={ (api_url) "/contact" } enctype="multipart/form-data" novalidate {
                @for line in &LINES { (self.line(line)) }
                (self.topic())
                (self.message())
                (self.consent())
                (honeypot())
                input type="hidden" name=(token::FIELD) value=(token);
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
        [next::FIELD, "page", "_idempotency_key"]
            .into_iter()
            .filter(move |name| !(reused && *name == "_idempotency_key"))
            .filter(|name| !self.typed(name).is_empty())
    }

    fn summary(&self) -> Markup {
        let Some(problem) = self.problem else {
            return html! {};
        };
        html! {
            div.summary role="alert" tabindex="-1" autofocus aria-labelledby="summary-title" {
                h2 #summary-title { (title(problem)) }
                @if problem.errors().is_empty() {
                    p { "What you typed is still here: press Send to try again." }
                } @else {
                    ul {
                        @for error in problem.errors() {
                            li {
                                @if is_shown(&error.field) {
                                    a href={ "#" (error.field) } { (error.message) }
                                } @else {
                                    (error.field) ": " (error.message)
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    fn line(&self, line: &Line) -> Markup {
        let error = self.error(line.name);
        html! {
            p {
                label for=(line.name) { (line.label) @if !line.required { (optional()) } }
                input id=(line.name) name=(line.name) type=(line.kind) autocomplete=(line.autocomplete)
                    maxlength=(line.longest) required[line.required] value=(self.typed(line.name))
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
                    @for topic in &self.clinic.contact.topics {
                        option value=(topic.id) selected[topic.id == self.typed("topic")] { (topic.name) }
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
                textarea #message name="message" rows="7" maxlength="5000" required
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
        let ticked = self.fields.form().flag("consent").unwrap_or(false);
        html! {
            p.check {
                input #consent name="consent" type="checkbox" required checked[ticked]
                    aria-invalid=[error.map(|_| "true")] aria-describedby=[describer("consent", error)];
                label for="consent" { (self.clinic.contact.consent.text) }
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

/// As people read it, who know nothing of keys.
fn title(problem: &Problem) -> &str {
    match problem.kind() {
        "key_reused" => "An earlier version of this message was already sent",
        _ => problem.title(),
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

/// Out of sight, out of the tab order and of screen readers; and password managers are told to leave
/// it alone.
fn honeypot() -> Markup {
    html! {
        div.aside aria-hidden="true" {
            label for=(HONEYPOT) { "Leave this empty" }
            input id=(HONEYPOT) name=(HONEYPOT) type="text" tabindex="-1" autocomplete="off"
                data-1p-ignore data-lpignore="true" data-bwignore="true" data-form-type="other";
        }
    }
}
