//! The form that reads fields: it gathers what is wrong with all of them, so that every bad field is told at once.

use std::borrow::Cow;

use super::{
    fields::{Field, Fields},
    problem::Problem,
};
use crate::values::{Code, Invalid, is_blank_text};

impl Fields {
    /// Opens the form to read the fields from.
    #[must_use]
    pub fn form(&self) -> Form<'_> {
        Form {
            fields: self,
            read: Vec::new(),
            lists: Vec::new(),
            errors: Vec::new(),
        }
    }
}

/// The form field with the version of the consent text that the form shows.
pub const CONSENT_VERSION: &str = "_consent_version";

/// Reads fields one by one and gathers what is wrong with them.
///
/// Read all fields, then call [`finish`](Form::finish), then use `?` on each.
#[derive(Debug)]
pub struct Form<'a> {
    fields: &'a Fields,
    read: Vec<&'static str>,
    lists: Vec<&'static str>,
    errors: Vec<(Cow<'static, str>, Invalid)>,
}

/// A field was bad. [`Form::finish`] says what is wrong.
#[derive(Clone, Copy, Debug)]
pub struct Rejected;

/// Callers never see this problem if they call [`Form::finish`] first.
impl From<Rejected> for Problem {
    fn from(_: Rejected) -> Self {
        Problem::invalid(Vec::new())
    }
}

impl<'a> Form<'a> {
    /// Reads a required field.
    ///
    /// # Errors
    /// When it is missing, empty, not text, or refused by `parse`.
    pub fn required<T>(
        &mut self,
        name: &'static str,
        parse: impl FnOnce(&str) -> Result<T, Invalid>,
    ) -> Result<T, Rejected> {
        match self.text(name) {
            Ok(text) => match parse(text.unwrap_or_default()) {
                Ok(value) => Ok(value),
                Err(invalid) => self.reject(name, invalid),
            },
            Err(invalid) => self.reject(name, invalid),
        }
    }

    /// Reads a field that may be absent or empty.
    ///
    /// # Errors
    /// When it is there and not text, or refused by `parse`.
    pub fn optional<T>(
        &mut self,
        name: &'static str,
        parse: impl FnOnce(&str) -> Result<T, Invalid>,
    ) -> Result<Option<T>, Rejected> {
        match self.text(name) {
            Ok(None) => Ok(None),
            Ok(Some(text)) if is_blank_text(text) => Ok(None),
            Ok(Some(text)) => match parse(text) {
                Ok(value) => Ok(Some(value)),
                Err(invalid) => self.reject(name, invalid),
            },
            Err(invalid) => self.reject(name, invalid),
        }
    }

    /// Of an email address and a phone number, which were read before, one is enough. Returns the address.
    ///
    /// # Errors
    /// When there is neither, or the address was refused.
    pub fn either<E, P>(
        &mut self,
        name: &'static str,
        email: Result<Option<E>, Rejected>,
        phone: &Result<Option<P>, Rejected>,
    ) -> Result<Option<E>, Rejected> {
        if matches!((&email, phone), (Ok(None), Ok(None))) {
            let message = "Enter an email address or a phone number, so that we can answer";
            return self.reject(name, Invalid::new(Code::Required, message));
        }
        email
    }

    /// Reads a yes or no: a JSON boolean, or a ticked box of a form (`on`, `true`, `yes`, `1`). An absent field
    /// is a no.
    ///
    /// # Errors
    /// When it is something else.
    pub fn flag(&mut self, name: &'static str) -> Result<bool, Rejected> {
        self.read.push(name);
        match self.fields.0.get(name) {
            None => Ok(false),
            Some(Field::Flag(flag)) => Ok(*flag),
            Some(Field::Text(text)) => match text.as_str() {
                "on" | "true" | "yes" | "1" => Ok(true),
                "" | "off" | "false" | "no" | "0" => Ok(false),
                _ => self.reject(
                    name,
                    Invalid::new(Code::Invalid, "Answer with true or false"),
                ),
            },
            Some(Field::Twice) => self.reject(name, twice()),
            Some(Field::Other(_) | Field::Empty) => self.reject(
                name,
                Invalid::new(Code::Invalid, "Answer with true or false"),
            ),
        }
    }

    /// Reads a list of texts: a JSON list, or the fields `name.1`, `name.2` … of a form, in their order. Empty ones are
    /// left out.
    ///
    /// # Errors
    /// When something else is there.
    pub fn list(&mut self, name: &'static str) -> Result<Vec<&'a str>, Rejected> {
        self.read.push(name);
        self.lists.push(name);
        let not_texts = || Invalid::new(Code::Invalid, "Send this as a list of texts");
        if let Some(field) = self.fields.0.get(name) {
            let list = match field {
                Field::Other(value) => value.as_array(),
                _ => None,
            };
            let texts = list.map(|list| list.iter().map(serde_json::Value::as_str).collect());
            return match texts.flatten() {
                Some(texts) => Ok(texts),
                None => self.reject(name, not_texts()),
            };
        }
        let numbered = self.fields.0.iter().filter_map(|(field, value)| {
            let number: u32 = number_of(field, name)?.parse().ok()?;
            Some((number, value))
        });
        let mut numbered: Vec<_> = numbered.collect();
        numbered.sort_by_key(|(number, _)| *number);
        let text = |(_, field): (u32, &'a Field)| match field {
            Field::Text(text) => Some(text.as_str()),
            _ => None,
        };
        let texts: Option<Vec<&str>> = numbered.into_iter().map(text).collect();
        match texts {
            Some(texts) => Ok(texts.into_iter().filter(|text| !text.is_empty()).collect()),
            None => self.reject(name, not_texts()),
        }
    }

    /// Reads a box that has to be ticked.
    ///
    /// # Errors
    /// When it is not.
    pub fn accepted(&mut self, name: &'static str, message: &str) -> Result<(), Rejected> {
        if self.flag(name)? {
            return Ok(());
        }
        self.reject(name, Invalid::new(Code::MustAccept, message))
    }

    /// Reads the box of a consent. `version` is that of the text that the form shows, and `current` that of the present
    /// text, which counts if the form names none.
    ///
    /// # Errors
    /// When it is not ticked, or the text has changed since the form was opened.
    pub fn consented(
        &mut self,
        version: Option<&str>,
        current: &str,
        why: &str,
    ) -> Result<(), Rejected> {
        if version.is_none_or(|version| version == current) {
            return self.accepted("consent", why);
        }
        self.known(&["consent"]);
        let changed = "The text has changed. Read it, and tick the box again";
        self.reject("consent", Invalid::new(Code::MustAccept, changed))
    }

    /// Accepts fields that are read elsewhere or ignored.
    pub fn known(&mut self, names: &[&'static str]) {
        self.read.extend_from_slice(names);
    }

    /// Adds an error that only the whole form shows.
    ///
    /// # Errors
    /// Always.
    pub fn reject<T>(&mut self, name: &'static str, invalid: Invalid) -> Result<T, Rejected> {
        self.errors.push((name.into(), invalid));
        Err(Rejected)
    }

    /// Ends the reading.
    ///
    /// # Errors
    /// 422 with every bad field, every unknown field, and every field that is there twice.
    pub fn finish(mut self) -> Result<(), Problem> {
        let read = std::mem::take(&mut self.read);
        let lists = std::mem::take(&mut self.lists);
        let in_list = |name: &str| lists.iter().any(|list| number_of(name, list).is_some());
        for (name, field) in self.fields.0.iter().filter(|(name, _)| !in_list(name)) {
            if let Some(invalid) = unfit(name, field, &read) {
                let name = printable(name);
                if !self.errors.iter().any(|(field, _)| *field == name) {
                    self.errors.push((name, invalid));
                }
            }
        }
        if self.errors.is_empty() {
            Ok(())
        } else {
            Err(self.errors.into())
        }
    }

    fn text(&mut self, name: &'static str) -> Result<Option<&'a str>, Invalid> {
        self.read.push(name);
        match self.fields.0.get(name) {
            None => Ok(None),
            Some(Field::Text(text)) => Ok(Some(text)),
            Some(Field::Twice) => Err(twice()),
            Some(Field::Flag(_) | Field::Other(_) | Field::Empty) => {
                Err(Invalid::new(Code::Invalid, "Send this as text"))
            }
        }
    }
}

/// What is wrong with a field, whatever is in it: it is there twice, or nothing has `read` it.
fn unfit(name: &str, field: &Field, read: &[&str]) -> Option<Invalid> {
    let has_parts = |known: &&str| {
        let whole = known.split_once('.').map(|(whole, _)| whole);
        whole == Some(name)
    };
    if matches!(field, Field::Twice) {
        Some(twice())
    } else if read.contains(&name) {
        None
    } else if !read.iter().any(has_parts) {
        let message = "Leave this field out: it is not known here";
        Some(Invalid::new(Code::UnknownField, message))
    } else if matches!(field, Field::Empty) {
        None
    } else {
        Some(Invalid::new(Code::Invalid, "Send this as an object"))
    }
}

/// The number of a field `list.1`, `list.2` …
fn number_of<'n>(field: &'n str, list: &str) -> Option<&'n str> {
    let number = field.strip_prefix(list)?.strip_prefix('.')?;
    let is_number = (1..=3).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit());
    is_number.then_some(number)
}

fn twice() -> Invalid {
    Invalid::new(Code::DuplicateField, "Send this field once")
}

/// The name of an unknown field, if it looks like a name. Anything else might be something that was typed.
fn printable(name: &str) -> Cow<'static, str> {
    let plain = |c: char| c.is_ascii_lowercase() || c == '_' || c == '.';
    if name.len() <= 40 && name.chars().all(plain) && !name.is_empty() {
        Cow::Owned(name.to_owned())
    } else {
        Cow::Borrowed("(unknown)")
    }
}
