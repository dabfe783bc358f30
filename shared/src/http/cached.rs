//! Answers that may be kept: strong `ETag`, `Last-Modified`, `Cache-Control`, and 304
//! (RFC 9110 §13, RFC 9111).

use std::{
    borrow::Cow,
    sync::{Arc, OnceLock},
};

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::{Timestamp, fmt::rfc2822};
use sha2::{Digest, Sha256};

use super::{encoding, problem::Problem};

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

    /// The tag of the same, compressed: other bytes are sent (RFC 9110 §8.8.3.3).
    fn gzipped(&self) -> Self {
        Self(format!("{}-gzip\"", self.0.trim_end_matches('"')))
    }
}

/// How long caches may use an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Good {
    /// Without asking for a minute. They may show it for ten more while they ask, and for a day while nobody answers
    /// (RFC 5861).
    Revalidated,
    /// Without asking for a minute, and not longer.
    AMinute,
    /// For a year: its address changes with its content (RFC 8246).
    Always,
}

impl Good {
    fn control(self) -> &'static str {
        match self {
            Self::Revalidated => {
                "public, max-age=60, stale-while-revalidate=600, stale-if-error=86400"
            }
            Self::AMinute => "public, max-age=60",
            Self::Always => "public, max-age=31536000, immutable",
        }
    }
}

/// An answer that caches may keep. The edge sends it, with what the request's conditions and codings ask for.
#[derive(Clone, Debug)]
pub struct Cacheable(Arc<Content>);

#[derive(Debug)]
struct Content {
    media_type: Cow<'static, str>,
    body: Bytes,
    last_modified: Option<Timestamp>,
    good: Good,
    tag: Tag,
    /// The body compressed, once somebody has asked for it.
    gzipped: OnceLock<Bytes>,
}

impl Cacheable {
    /// The answer with this body of a media type, good for a minute.
    #[must_use]
    pub fn new(media_type: impl Into<Cow<'static, str>>, body: impl Into<Bytes>) -> Self {
        let body = body.into();
        Self(Arc::new(Content {
            media_type: media_type.into(),
            tag: Tag::of(&body),
            body,
            last_modified: None,
            good: Good::Revalidated,
            gzipped: OnceLock::new(),
        }))
    }

    /// The answer with this HTML.
    pub(super) fn page(html: String) -> Self {
        Self::new("text/html; charset=utf-8", html)
    }

    /// The answer with this value as JSON.
    ///
    /// # Errors
    /// 503 when the value cannot be written as JSON.
    pub fn json(value: &impl serde::Serialize) -> Result<Self, Problem> {
        let body = serde_json::to_string(value).map_err(|_| Problem::unavailable())?;
        Ok(Self::new("application/json", body))
    }

    /// The same, with when it last changed.
    #[must_use]
    pub fn modified_at(self, moment: impl Into<Option<Timestamp>>) -> Self {
        self.with(|content| content.last_modified = moment.into())
    }

    /// The same for an address that changes with its content.
    #[must_use]
    pub fn for_good(self) -> Self {
        self.with(|content| content.good = Good::Always)
    }

    /// The same for an address whose content is not there any more, or not yet.
    #[must_use]
    pub fn briefly(self) -> Self {
        self.with(|content| content.good = Good::AMinute)
    }

    fn with(mut self, change: impl FnOnce(&mut Content)) -> Self {
        // Nobody else has it yet.
        if let Some(content) = Arc::get_mut(&mut self.0) {
            change(content);
        }
        self
    }

    /// How many bytes its body has.
    pub(super) fn length(&self) -> usize {
        self.0.body.len()
    }

    /// Writes the answer into a response, or 304 when the caller's copy is still good.
    pub(super) fn answer(&self, request: &HeaderMap, response: &mut Response) {
        let Content {
            media_type, body, ..
        } = self.0.as_ref();
        let pays = encoding::pays(media_type, body.len());
        let gzips = pays && encoding::takes_gzip(request);
        let tag = if gzips {
            self.0.tag.gzipped()
        } else {
            self.0.tag.clone()
        };
        let is_fresh = self.is_fresh(&tag, request);
        let vary = if pays {
            "accept, accept-encoding"
        } else {
            "accept"
        };
        let last_modified = self.0.last_modified.and_then(http_date);
        let mut headers = vec![
            (header::ETAG, Some(tag.0)),
            (
                header::CACHE_CONTROL,
                Some(self.0.good.control().to_owned()),
            ),
            (header::VARY, Some(vary.to_owned())),
            (header::LAST_MODIFIED, last_modified),
        ];
        if is_fresh {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            *response.body_mut() = Body::empty();
        } else {
            headers.push((header::CONTENT_TYPE, Some(media_type.to_string())));
            headers.push((header::CONTENT_ENCODING, gzips.then(|| "gzip".to_owned())));
            *response.body_mut() = Body::from(if gzips { self.gzipped() } else { body.clone() });
        }
        for (name, value) in headers {
            if let Some(value) = value.and_then(|value| HeaderValue::from_str(&value).ok()) {
                response.headers_mut().insert(name, value);
            }
        }
    }

    fn gzipped(&self) -> Bytes {
        let gzipped = self
            .0
            .gzipped
            .get_or_init(|| encoding::gzipped(&self.0.body).into());
        gzipped.clone()
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
        match (self.0.last_modified, since) {
            (Some(modified), Some(since)) => modified.as_second() <= since.as_second(),
            _ => false,
        }
    }
}

/// The edge finds it in the response's extensions.
impl IntoResponse for Cacheable {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::empty());
        response.extensions_mut().insert(self);
        response
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

    fn answer(conditions: &[(header::HeaderName, &str)]) -> Response {
        let mut request = HeaderMap::new();
        for (name, value) in conditions {
            request.insert(name, value.parse().unwrap());
        }
        let modified: Timestamp = "2026-11-01T12:00:00Z".parse().unwrap();
        let cacheable = Cacheable::json(&"x".repeat(1_000)).unwrap();
        let mut response = Response::default();
        cacheable
            .modified_at(modified)
            .answer(&request, &mut response);
        response
    }

    #[test]
    fn a_copy_that_is_still_good_is_not_sent_again() {
        let first = answer(&[]);
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
            assert_eq!(answer(&[(name, value)]).status(), status, "{value}");
        }
    }

    #[test]
    fn a_compressed_answer_has_a_tag_of_its_own() {
        let gzip = (header::ACCEPT_ENCODING, "gzip");
        let plain = answer(&[]).headers()[header::ETAG]
            .to_str()
            .unwrap()
            .to_owned();
        let first = answer(std::slice::from_ref(&gzip));
        let tag = first.headers()[header::ETAG].to_str().unwrap().to_owned();

        assert_eq!(first.headers()[header::CONTENT_ENCODING], "gzip");
        assert_eq!(first.headers()[header::VARY], "accept, accept-encoding");
        assert_ne!(tag, plain);
        for (known, status) in [(&tag, 304), (&plain, 200)] {
            let conditions = [gzip.clone(), (header::IF_NONE_MATCH, known.as_str())];
            assert_eq!(answer(&conditions).status(), status);
        }
    }
}
