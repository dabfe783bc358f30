//! What is wrong in a `clinic.toml`, and where.

use std::{fmt, ops::Range};

use serde::de::{DeserializeOwned, IntoDeserializer as _};
use toml::Spanned;

use crate::values::ServiceId;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The line, counted from 1.
    pub line: usize,
    /// The field, dotted, with a list's entries counted from 1.
    pub field: String,
    /// What is wrong, and what to write instead.
    pub message: String,
}

/// All mistakes of a file, one per line of text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Mistakes(pub Vec<Mistake>);

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, {}: {}", self.line, self.field, self.message)
    }
}

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<String> = self.0.iter().map(Mistake::to_string).collect();
        f.write_str(&lines.join("\n"))
    }
}

/// What kind of reader a file has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Strictness {
    /// A publisher, who wants to know of everything that is unknown or missing.
    Strict,
    /// A function, which may be older or newer than the version that published the file: it leaves alone what it
    /// does not know, and does without settings that are new.
    Lenient,
}

/// Gathers mistakes while a file is read.
pub(super) struct Reader<'a> {
    text: &'a str,
    strictness: Strictness,
    mistakes: Vec<Mistake>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str, strictness: Strictness) -> Self {
        Self {
            text,
            strictness,
            mistakes: Vec::new(),
        }
    }

    pub(super) fn wrong(
        &mut self,
        span: &Range<usize>,
        field: impl Into<String>,
        message: impl Into<String>,
    ) {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        self.mistakes.push(Mistake {
            line,
            field: field.into(),
            message: message.into(),
        });
    }

    pub(super) fn is_strict(&self) -> bool {
        self.strictness == Strictness::Strict
    }

    /// Notes a setting that a publisher has to make, and that a function can do without.
    pub(super) fn missing(&mut self, table: &str, field: &str, message: impl Into<String>) {
        if self.is_strict() {
            let place = self.place_of(&format!("[{table}]"));
            self.wrong(&place, field, message);
        }
    }

    /// One of the values of an enum. Of a value that only another version knows, a function makes `cautious`.
    pub(super) fn choice<T: DeserializeOwned>(
        &mut self,
        text: &Spanned<String>,
        field: &str,
        cautious: T,
    ) -> Option<T> {
        let value = text.get_ref().as_str().into_deserializer();
        match T::deserialize(value) {
            Ok(choice) => Some(choice),
            Err(_) if !self.is_strict() => Some(cautious),
            Err(error) => {
                let error: serde::de::value::Error = error;
                self.wrong(&text.span(), field, error.to_string());
                None
            }
        }
    }

    /// Where a text first stands in the file.
    pub(super) fn place_of(&self, text: &str) -> Range<usize> {
        let at = self.text.find(text).unwrap_or_default();
        at..at + text.len()
    }

    pub(super) fn into_mistakes(mut self) -> Mistakes {
        self.mistakes.sort_by_key(|mistake| mistake.line);
        Mistakes(self.mistakes)
    }

    pub(super) fn is_satisfied(&self) -> bool {
        self.mistakes.is_empty()
    }

    /// Notes every id of a list that is not one, or is there twice.
    pub(super) fn check_ids<'b>(
        &mut self,
        list: &str,
        ids: impl Iterator<Item = &'b Spanned<String>>,
    ) {
        let mut seen = Vec::new();
        for (index, id) in ids.enumerate() {
            let field = format!("{list}[{}].id", index + 1);
            if let Err(error) = ServiceId::parse(id.get_ref()) {
                self.wrong(&id.span(), &field, error.to_string());
            }
            if seen.contains(id.get_ref()) {
                let message = format!("\"{}\" is there twice", id.get_ref());
                self.wrong(&id.span(), &field, message);
            }
            seen.push(id.get_ref().clone());
        }
    }
}
