//! The fields of a body, however it was sent.
//!
//! JSON, urlencoded and multipart bodies become the same flat list of named values (nested JSON
//! objects dotted), so that each endpoint parses one thing and reports every bad field at once.

use std::collections::{BTreeMap, BTreeSet};

use axum::{
    body::{Bytes, to_bytes},
    extract::{FromRequest, Multipart, Request},
    http::header,
};
use serde::Serialize;
use serde_json::Value;

use super::{json::Node, problem::Problem};
use crate::values::is_blank_text;

/// The contract's limit for a body, in KiB.
const LIMIT: usize = 16;
/// That of a multipart form, which holds the longest message of every script.
const MULTIPART_LIMIT: usize = 64;
const MULTIPART: &str = "multipart/form-data";

/// The fields of a request's body, by name.
#[derive(Clone, Default)]
pub struct Fields(pub(super) BTreeMap<String, Field>);

/// Untagged, so that the canonical form is plain JSON.
#[derive(Clone, Serialize)]
#[serde(untagged)]
pub(super) enum Field {
    Text(String),
    Flag(bool),
    /// A number, a list or a file: never right here.
    Other(Value),
    /// An object that has no members.
    Empty,
    /// It was given twice, which is never right either.
    Twice,
}

impl Fields {
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

    /// The same without the fields of these names.
    #[must_use]
    pub fn without(&self, names: &[&str]) -> Self {
        let mut fields = self.clone();
        fields.0.retain(|name, _| !names.contains(&name.as_str()));
        fields
    }

    /// The same with only the fields of these names.
    #[must_use]
    pub fn only(&self, names: &[&str]) -> Self {
        let mut fields = self.clone();
        fields.0.retain(|name, _| names.contains(&name.as_str()));
        fields
    }

    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Whether the field of that name is absent, or holds nothing that can be seen.
    #[must_use]
    pub fn is_blank(&self, name: &str) -> bool {
        match self.0.get(name) {
            None => true,
            Some(Field::Text(text)) => is_blank_text(text),
            Some(_) => false,
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
            Ok(Node::Object(object)) => {
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

    fn add_object(&mut self, prefix: &str, object: Vec<(String, Node)>) {
        let mut whole = BTreeSet::new();
        for (name, value) in object {
            let name = format!("{prefix}{name}");
            if !whole.insert(name.clone()) {
                self.0.insert(name, Field::Twice);
                continue;
            }
            match value {
                Node::Null => {}
                Node::Text(text) => self.add(name, Field::Text(text)),
                Node::Flag(flag) => self.add(name, Field::Flag(flag)),
                Node::Object(inner) if inner.is_empty() => self.add(name, Field::Empty),
                Node::Object(inner) if prefix.is_empty() => {
                    self.add_object(&format!("{name}."), inner);
                }
                Node::Object(_) => self.add(name, Field::Other(Value::Null)),
                Node::Other(other) => self.add(name, Field::Other(other)),
            }
        }
    }

    fn add(&mut self, name: String, field: Field) {
        let field = if self.0.contains_key(&name) {
            Field::Twice
        } else {
            field
        };
        self.0.insert(name, field);
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
        let limit = if media_type == MULTIPART {
            MULTIPART_LIMIT
        } else {
            LIMIT
        };
        let body: Bytes = to_bytes(body, limit * 1024)
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
