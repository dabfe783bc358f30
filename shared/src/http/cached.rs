//! Answers that may be kept: strong `ETag`, `Last-Modified`, `Cache-Control`, and 304
//! (RFC 9110 §13, RFC 9111).

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::{Timestamp, fmt::rfc2822};
use sha2::{Digest, Sha256};

use super::problem::Problem;

/// A strong entity tag: the first 128 bits of the SHA-256 of the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag(String);

impl Tag {
    /// The tag of these bytes.
    #[must_use]
    pub fn of(body: &[u8]) -> Self {
        let digest = Sha256::digest(body);
        let short = digest.get(..16).unwrap_or_default();
        Self(format!("\"{}\"", URL_SAFE_NO_PAD.encode(short)))
    }
}

/// How long an answer may be used without asking again.
const MAX_AGE_SECONDS: u32 = 60;

/// An answer that caches may keep for a minute.
#[derive(Debug)]
pub struct Cacheable {
    media_type: &'static str,
    body: String,
    last_modified: Option<Timestamp>,
}

impl Cacheable {
    /// The answer with this JSON text, which last changed at `last_modified`, if that is known.
    #[must_use]
    pub fn of(body: String, last_modified: Option<Timestamp>) -> Self {
        Self::text("application/json", body, last_modified)
    }

    /// The answer with this text of another media type.
    #[must_use]
    pub fn text(media_type: &'static str, body: String, last_modified: Option<Timestamp>) -> Self {
        Self {
            media_type,
            body,
            last_modified,
        }
    }

    /// The answer with this HTML.
    pub(super) fn page(html: String) -> Self {
        Self::text("text/html; charset=utf-8", html, None)
    }

    /// The answer with this value as JSON.
    ///
    /// # Errors
    /// 503 when the value cannot be written as JSON.
    pub fn json(
        value: &impl serde::Serialize,
        last_modified: Option<Timestamp>,
    ) -> Result<Self, Problem> {
        let body = serde_json::to_string(value).map_err(|_| Problem::unavailable())?;
        Ok(Self::of(body, last_modified))
    }

    /// The answer, or 304 when the caller's copy is still good.
    #[must_use]
    pub fn answer(self, request: &HeaderMap) -> Response {
        let tag = Tag::of(self.body.as_bytes());
        let mut response = if self.is_fresh(&tag, request) {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            let media_type = [(header::CONTENT_TYPE, self.media_type)];
            (media_type, Body::from(self.body)).into_response()
        };
        let control = format!(
            "public, max-age={MAX_AGE_SECONDS}, stale-while-revalidate=600, stale-if-error=86400"
        );
        let headers = response.headers_mut();
        for (name, value) in [
            (header::ETAG, Some(tag.0)),
            (header::CACHE_CONTROL, Some(control)),
            (
                header::LAST_MODIFIED,
                self.last_modified.and_then(http_date),
            ),
            (header::VARY, Some("accept".to_owned())),
        ] {
            if let Some(value) = value.and_then(|value| HeaderValue::from_str(&value).ok()) {
                headers.insert(name, value);
            }
        }
        response
    }

    /// `If-None-Match` decides alone when it is there (RFC 9110 §13.1.3).
    fn is_fresh(&self, tag: &Tag, request: &HeaderMap) -> bool {
        if request.contains_key(header::IF_NONE_MATCH) {
            return request
                .get_all(header::IF_NONE_MATCH)
                .iter()
                .filter_map(|value| value.to_str().ok())
                .flat_map(|value| value.split(','))
                .map(str::trim)
                .any(|known| known == "*" || known.trim_start_matches("W/") == tag.0);
        }
        let since = request
            .get(header::IF_MODIFIED_SINCE)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| rfc2822::DateTimeParser::new().parse_timestamp(value).ok());
        match (self.last_modified, since) {
            (Some(modified), Some(since)) => modified.as_second() <= since.as_second(),
            _ => false,
        }
    }
}

fn http_date(moment: Timestamp) -> Option<String> {
    rfc2822::DateTimePrinter::new()
        .timestamp_to_rfc9110_string(&moment)
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(condition: Option<(header::HeaderName, &str)>) -> Response {
        let mut request = HeaderMap::new();
        if let Some((name, value)) = condition {
            request.insert(name, value.parse().unwrap());
        }
        let modified = "2026-11-01T12:00:00Z".parse().unwrap();
        Cacheable::of("{}".to_owned(), Some(modified)).answer(&request)
    }

    #[test]
    fn a_copy_that_is_still_good_is_not_sent_again() {
        let first = answer(None);
        let tag = first.headers()[header::ETAG].to_str().unwrap().to_owned();
        let date = first.headers()[header::LAST_MODIFIED]
            .to_str()
            .unwrap()
            .to_owned();
        assert_eq!(first.status(), 200);
        assert_eq!(date, "Sun, 01 Nov 2026 12:00:00 GMT");

        for (name, value, status) in [
            (header::IF_NONE_MATCH, tag.as_str(), 304),
            (header::IF_NONE_MATCH, &format!("\"x\", W/{tag}"), 304),
            (header::IF_NONE_MATCH, "*", 304),
            (header::IF_NONE_MATCH, "\"x\"", 200),
            (header::IF_MODIFIED_SINCE, date.as_str(), 304),
            (
                header::IF_MODIFIED_SINCE,
                "Sun, 01 Nov 2026 11:59:59 GMT",
                200,
            ),
            (header::IF_MODIFIED_SINCE, "yesterday", 200),
        ] {
            assert_eq!(answer(Some((name, value))).status(), status, "{value}");
        }
    }
}
