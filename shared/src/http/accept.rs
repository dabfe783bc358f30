//! Content negotiation (RFC 9110 §12.5.1) between JSON and a page.

use std::convert::Infallible;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header::ACCEPT, request::Parts},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accepts {
    /// A program: `application/json`, anything, or nothing said.
    Json,
    /// A browser: `text/html` is named and no less welcome than JSON.
    Html,
}

impl Accepts {
    #[must_use]
    pub fn of(headers: &HeaderMap) -> Self {
        let ranges: Vec<(&str, f32)> = headers
            .get_all(ACCEPT)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .map(media_range)
            .collect();
        let weight = |types: &[&str]| {
            let named = ranges.iter().filter(|(range, _)| types.contains(range));
            named.map(|(_, q)| *q).fold(None, |best: Option<f32>, q| {
                Some(best.map_or(q, |b| b.max(q)))
            })
        };
        let html = weight(&["text/html", "application/xhtml+xml"]).unwrap_or(0.0);
        let json = weight(&["application/json", "application/problem+json"]).unwrap_or(0.0);
        if html > 0.0 && html >= json {
            Self::Html
        } else {
            Self::Json
        }
    }
}

fn media_range(range: &str) -> (&str, f32) {
    let mut parameters = range.split(';').map(str::trim);
    let name = parameters.next().unwrap_or_default();
    let q = parameters
        .find_map(|parameter| parameter.strip_prefix("q="))
        .map_or(1.0, |q| q.parse().unwrap_or(0.0));
    (name, q)
}

impl<S: Sync> FromRequestParts<S> for Accepts {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.headers))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepts(value: &str) -> Accepts {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, value.parse().unwrap());
        Accepts::of(&headers)
    }

    #[test]
    fn browsers_get_pages_and_programs_get_json() {
        let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

        assert_eq!(accepts(browser), Accepts::Html);
        assert_eq!(accepts("*/*"), Accepts::Json);
        assert_eq!(accepts("application/json"), Accepts::Json);
        assert_eq!(accepts("text/html;q=0.5, application/json"), Accepts::Json);
        assert_eq!(accepts("text/html;q=0"), Accepts::Json);
        assert_eq!(Accepts::of(&HeaderMap::new()), Accepts::Json);
    }
}
