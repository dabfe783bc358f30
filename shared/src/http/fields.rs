//! The fields of a body, however it was sent, and the form that reads them.
//!
//! JSON, urlencoded and multipart bodies become the same flat list of named values (nested JSON
//! objects dotted), so that each endpoint parses one thing and reports every bad field at once.

use std::{borrow::Cow, collections::BTreeMap};

use axum::{
    body::{Bytes, to_bytes},
    extract::{FromRequest, Multipart, Request},
    http::header,
};
use serde::Serialize;
use serde_json::Value;

use super::problem::Problem;
use crate::values::{Code, Invalid};

/// The contract's limit for a body, in bytes.
const BODY_LIMIT: usize = 16 * 1024;
const MULTIPART: &str = "multipart/form-data";

/// The fields of a request's body, by name.
#[derive(Clone, Default)]
pub struct Fields(BTreeMap<String, Field>);

/// Untagged, so that the canonical form is plain JSON.
#[derive(Clone, Serialize)]
#[serde(untagged)]
enum Field {
    Text(String),
    Flag(bool),
    /// A number, a list, or a field given twice: never right here.
    Other(Value),
}

impl Fields {
    /// Opens the form to read the fields from.
    #[must_use]
    pub fn form(&self) -> Form<'_> {
        Form {
            fields: self,
            read: Vec::new(),
            errors: Vec::new(),
        }
    }

    /// A text that is the same for the same fields in any order. The fields in `without` are left out.
    #[must_use]
    pub fn canonical(&self, without: &[&str]) -> String {
        let kept: BTreeMap<&String, &Field> = self
            .0
            .iter()
            .filter(|(name, _)| !without.contains(&name.as_str()))
            .collect();
        serde_json::to_string(&kept).unwrap_or_default()
    }

    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Whether the field of that name is absent or empty.
    #[must_use]
    pub fn is_blank(&self, name: &str) -> bool {
        match self.0.get(name) {
            None => true,
            Some(Field::Text(text)) => text.trim().is_empty(),
            Some(Field::Flag(_) | Field::Other(_)) => false,
        }
    }

    /// A text field, which is not counted as read.
    #[must_use]
    pub fn peek(&self, name: &str) -> Option<&str> {
        match self.0.get(name) {
            Some(Field::Text(text)) => Some(text),
            _ => None,
        }
    }

    pub(super) fn from_pairs(encoded: &[u8]) -> Result<Self, Problem> {
        let mut fields = Self::default();
        for pair in encoded
            .split(|byte| *byte == b'&')
            .filter(|pair| !pair.is_empty())
        {
            let (name, value) = match pair.iter().position(|byte| *byte == b'=') {
                Some(at) => (pair.get(..at), pair.get(at + 1..)),
                None => (Some(pair), None),
            };
            let name = percent_decoded(name.unwrap_or_default())?;
            fields.add(
                name,
                Field::Text(percent_decoded(value.unwrap_or_default())?),
            );
        }
        Ok(fields)
    }

    fn from_json(body: &[u8]) -> Result<Self, Problem> {
        match serde_json::from_slice(body) {
            Ok(Value::Object(object)) => {
                let mut fields = Self::default();
                fields.add_object("", object);
                Ok(fields)
            }
            Ok(_) => Err(Problem::malformed("The body has to be a JSON object")),
            Err(_) => Err(Problem::malformed("The body is not valid JSON in UTF-8")),
        }
    }

    async fn from_multipart(mut parts: Multipart) -> Result<Self, Problem> {
        let broken = || Problem::malformed("The body is not a valid multipart form");
        let mut fields = Self::default();
        while let Some(part) = parts.next_field().await.map_err(|_| broken())? {
            let name = part.name().ok_or_else(broken)?.to_owned();
            if part.file_name().is_some() {
                fields.add(name, Field::Other(Value::Null));
                continue;
            }
            let value = part.bytes().await.map_err(|_| broken())?;
            let value = String::from_utf8(value.into()).map_err(|_| not_utf8())?;
            fields.add(name, Field::Text(value));
        }
        Ok(fields)
    }

    fn add_object(&mut self, prefix: &str, object: serde_json::Map<String, Value>) {
        for (name, value) in object {
            let name = format!("{prefix}{name}");
            match value {
                Value::Null => {}
                Value::String(text) => self.add(name, Field::Text(text)),
                Value::Bool(flag) => self.add(name, Field::Flag(flag)),
                Value::Object(inner) if prefix.is_empty() => {
                    self.add_object(&format!("{name}."), inner);
                }
                other => self.add(name, Field::Other(other)),
            }
        }
    }

    fn add(&mut self, name: String, field: Field) {
        let twice = self.0.contains_key(&name);
        self.0.insert(
            name,
            if twice {
                Field::Other(Value::Null)
            } else {
                field
            },
        );
    }
}

/// `Debug` shows nothing of what was typed.
impl std::fmt::Debug for Fields {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Fields({} [redacted])", self.0.len())
    }
}

/// Decodes `+` and `%XX` strictly: bytes that are not UTF-8 are refused and not replaced.
fn percent_decoded(encoded: &[u8]) -> Result<String, Problem> {
    let mut bytes = Vec::with_capacity(encoded.len());
    let mut rest = encoded;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let hex = rest.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
                let byte = hex
                    .filter(|hex| hex.bytes().all(|digit| digit.is_ascii_hexdigit()))
                    .and_then(|hex| u8::from_str_radix(hex, 16).ok())
                    .ok_or_else(|| {
                        Problem::malformed("A percent sign is not followed by two hex digits")
                    })?;
                bytes.push(byte);
                rest = rest.get(2..).unwrap_or_default();
            }
            byte => bytes.push(byte),
        }
    }
    String::from_utf8(bytes).map_err(|_| not_utf8())
}

fn not_utf8() -> Problem {
    Problem::malformed("The form is not in UTF-8")
}

impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let media_type = media_type(&request).ok_or_else(Problem::unsupported_media_type)?;
        if media_type != "application/json"
            && media_type != "application/x-www-form-urlencoded"
            && media_type != MULTIPART
        {
            return Err(Problem::unsupported_media_type());
        }
        let (parts, body) = request.into_parts();
        let body: Bytes = to_bytes(body, BODY_LIMIT)
            .await
            .map_err(|_| Problem::too_large())?;
        match media_type.as_str() {
            "application/json" => Self::from_json(&body),
            MULTIPART => {
                let request = Request::from_parts(parts, body.into());
                let parts = Multipart::from_request(request, state)
                    .await
                    .map_err(|_| Problem::malformed("The multipart form has no boundary"))?;
                Self::from_multipart(parts).await
            }
            _ => Self::from_pairs(&body),
        }
    }
}

fn media_type(request: &Request) -> Option<String> {
    let value = request.headers().get(header::CONTENT_TYPE)?.to_str().ok()?;
    let name = value.split(';').next()?.trim();
    Some(name.to_ascii_lowercase())
}

/// Reads fields one by one and gathers what is wrong with them.
///
/// Read all fields, then call [`finish`](Form::finish), then use `?` on each.
#[derive(Debug)]
pub struct Form<'a> {
    fields: &'a Fields,
    read: Vec<&'static str>,
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
            Ok(Some(text)) if text.trim().is_empty() => Ok(None),
            Ok(Some(text)) => match parse(text) {
                Ok(value) => Ok(Some(value)),
                Err(invalid) => self.reject(name, invalid),
            },
            Err(invalid) => self.reject(name, invalid),
        }
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
            Some(Field::Other(_)) => self.reject(
                name,
                Invalid::new(Code::Invalid, "Answer with true or false"),
            ),
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
    /// 422 with every bad field and every unknown field.
    pub fn finish(mut self) -> Result<(), Problem> {
        let read = std::mem::take(&mut self.read);
        for name in self
            .fields
            .0
            .keys()
            .filter(|name| !read.contains(&name.as_str()))
        {
            let has_parts = |known: &&str| {
                known
                    .split_once('.')
                    .is_some_and(|(whole, _)| whole == name)
            };
            let invalid = if read.iter().any(has_parts) {
                Invalid::new(Code::Invalid, "Send this as an object")
            } else {
                Invalid::new(
                    Code::UnknownField,
                    "Leave this field out: it is not known here",
                )
            };
            self.errors.push((printable(name), invalid));
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
            Some(Field::Flag(_) | Field::Other(_)) => {
                Err(Invalid::new(Code::Invalid, "Send this once, as text"))
            }
        }
    }
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
