//! A form on a page: blank, or again with what was typed and what is wrong with it.
//!
//! It needs no script. Errors are listed in a summary on top, which has the focus and links to each field, and each field
//! carries its own message (the pattern of GOV.UK's and the NHS's design systems).

use std::sync::LazyLock;

use maud::{Markup, html};

use super::field::{Field, HONEYPOT_FIELD, Kind, Need};
use crate::http::{Fields, Problem};

/// What was typed into a form, and what is wrong with it.
#[derive(Clone, Copy, Debug)]
pub struct Sheet<'a> {
    pub fields: &'a Fields,
    pub problem: Option<&'a Problem>,
}

/// Something to choose from a list.
#[derive(Clone, Copy, Debug)]
pub struct Choice<'a> {
    pub value: &'a str,
    pub label: &'a str,
}

static NOTHING: LazyLock<Fields> = LazyLock::new(Fields::default);

impl Sheet<'static> {
    /// A form before anything was typed.
    #[must_use]
    pub fn blank() -> Self {
        Self {
            fields: &NOTHING,
            problem: None,
        }
    }
}

impl Sheet<'_> {
    #[must_use]
    pub fn typed(&self, field: &Field) -> &str {
        self.fields.peek(field.name).unwrap_or_default()
    }

    #[must_use]
    pub fn error(&self, field: &Field) -> Option<&str> {
        let errors = self.problem?.errors();
        let error = errors.iter().find(|error| error.field == field.name)?;
        Some(&error.message)
    }

    /// What is wrong with these fields, each with a link to it. `other` is said of errors in fields that the page does not
    /// show.
    #[must_use]
    pub fn summary(&self, title: &str, fields: &[Field], other: &str) -> Markup {
        let Some(problem) = self.problem else {
            return Markup::default();
        };
        let place = |name: &str| fields.iter().position(|field| field.name == name);
        let shown = |name: &str| place(name).is_some();
        let mut errors: Vec<_> = problem.errors().iter().collect();
        errors.sort_by_key(|error| place(&error.field));
        html! {
            div.summary role="alert" tabindex="-1" autofocus aria-labelledby="summary-title" {
                h2 #summary-title { (title) }
                @if problem.errors().is_empty() { p { (problem.sentence()) } }
                @else {
                    ul {
                        @for error in errors.iter().filter(|error| shown(&error.field)) {
                            li { a href={ "#" (error.field) } { (error.message) } }
                        }
                        @if !problem.errors().iter().all(|error| shown(&error.field)) { li { (other) } }
                    }
                }
            }
        }
    }

    /// A field for a line or a text. `hint` says more than its label does.
    #[must_use]
    pub fn input(&self, field: &Field, hint: Option<&str>) -> Markup {
        let error = self.error(field);
        let (invalid, describer) = (error.map(|_| "true"), describer(field, hint, error));
        let needed = field.need == Need::Required;
        html! {
            div.field {
                label for=(field.name) { (field.label) @if !needed && hint.is_none() { " " span.hint { "(optional)" } } }
                @if let Some(hint) = hint { span.hint id={ (field.name) "-hint" } { (hint) } }
                (message(field, error))
                @if field.kind == Kind::Text {
                    textarea id=(field.name) name=(field.name) rows="6" maxlength=[field.longest] required[needed] dir="auto"
                        aria-invalid=[invalid] aria-describedby=[describer] {
                        // A browser drops the first line break of a text area.
                        "\n" (self.typed(field))
                    }
                } @else {
                    input id=(field.name) name=(field.name) type=(type_of(field)) autocomplete=[field.autocomplete]
                        maxlength=[field.longest] required[needed] dir="auto" value=(self.typed(field))
                        aria-invalid=[invalid] aria-describedby=[describer];
                }
            }
        }
    }

    /// A list to choose one from, or none.
    #[must_use]
    pub fn select<'c>(
        &self,
        field: &Field,
        choices: impl IntoIterator<Item = Choice<'c>>,
    ) -> Markup {
        let error = self.error(field);
        html! {
            div.field {
                label for=(field.name) { (field.label) @if field.need == Need::Optional { " " span.hint { "(optional)" } } }
                (message(field, error))
                select id=(field.name) name=(field.name) aria-invalid=[error.map(|_| "true")]
                    aria-describedby=[describer(field, None, error)] {
                    option value="" { "Please choose" }
                    @for choice in choices {
                        option value=(choice.value) selected[choice.value == self.typed(field)] { (choice.label) }
                    }
                }
            }
        }
    }

    /// Buttons to choose one of. The first has the field's name as its id, so that the summary leads to it.
    #[must_use]
    pub fn radios(&self, field: &Field, choices: &[Choice<'_>]) -> Markup {
        let error = self.error(field);
        html! {
            fieldset.field aria-describedby=[describer(field, None, error)] {
                legend { (field.label) }
                (message(field, error))
                @for (number, choice) in choices.iter().enumerate() {
                    @let id = if number == 0 { field.name.to_owned() } else { format!("{}-{number}", field.name) };
                    div.check {
                        input id=(id) name=(field.name) type="radio" value=(choice.value) required
                            checked[choice.value == self.typed(field)];
                        label for=(id) { (choice.label) }
                    }
                }
            }
        }
    }

    /// A box to tick, with what is agreed to.
    #[must_use]
    pub fn tick(&self, field: &Field, label: &str) -> Markup {
        let error = self.error(field);
        let ticked = error.is_none() && self.fields.form().flag(field.name).unwrap_or(false);
        html! {
            div.check.field {
                (message(field, error))
                input id=(field.name) name=(field.name) type="checkbox" required[field.need == Need::Required] checked[ticked]
                    aria-invalid=[error.map(|_| "true")] aria-describedby=[describer(field, None, error)];
                label for=(field.name) { (label) }
            }
        }
    }

    /// What goes along unseen, of those fields that have something in them.
    #[must_use]
    pub fn hidden(&self, fields: &[Field]) -> Markup {
        html! {
            @for field in fields.iter().filter(|field| !self.typed(field).is_empty()) {
                input type="hidden" name=(field.name) value=(self.typed(field));
            }
        }
    }
}

/// The field that people do not see: out of sight, out of the tab order, hidden from screen readers, and not to be filled
/// in by password managers.
#[must_use]
pub fn honeypot() -> Markup {
    let name = HONEYPOT_FIELD.name;
    html! {
        div.aside aria-hidden="true" {
            label for=(name) { "Leave this empty" }
            input id=(name) name=(name) type="text" tabindex="-1" autocomplete="off"
                data-1p-ignore data-lpignore="true" data-bwignore="true" data-form-type="other";
        }
    }
}

fn type_of(field: &Field) -> &'static str {
    match field.kind {
        Kind::Email => "email",
        Kind::Phone => "tel",
        Kind::Date => "date",
        _ => "text",
    }
}

/// The ids of what describes a field: its hint and its error.
fn describer(field: &Field, hint: Option<&str>, error: Option<&str>) -> Option<String> {
    let hint = hint.map(|_| format!("{}-hint", field.name));
    let error = error.map(|_| format!("{}-error", field.name));
    let all: Vec<String> = hint.into_iter().chain(error).collect();
    (!all.is_empty()).then(|| all.join(" "))
}

fn message(field: &Field, error: Option<&str>) -> Markup {
    html! {
        @if let Some(error) = error {
            span.error id={ (field.name) "-error" } { span.aside { "Error: " } (error) }
        }
    }
}
