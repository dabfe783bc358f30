//! The query string, read with the same care as a form.

use axum::{extract::FromRequestParts, http::request::Parts};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC};

use super::{fields::Fields, problem::Problem};

/// The query's fields. A broken query string is 400 `malformed`.
#[derive(Debug)]
pub struct Query(pub Fields);

impl<S: Sync> FromRequestParts<S> for Query {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let query = parts.uri.query().unwrap_or_default();
        Ok(Self(Fields::from_pairs(query.as_bytes())?))
    }
}

/// Everything but letters, digits and what never needs to be encoded (RFC 3986 §2.3).
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A query string of these fields without the empty ones, percent-encoded for use in any address.
#[must_use]
pub fn query_string(fields: &[(&str, &str)]) -> String {
    let encoded = |text: &str| percent_encoding::utf8_percent_encode(text, ENCODED).to_string();
    let pairs: Vec<String> = fields
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name}={}", encoded(value)))
        .collect();
    pairs.join("&")
}
