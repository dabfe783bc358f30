//! Content negotiation (RFC 9110 §12.5.1).

use std::convert::Infallible;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header::ACCEPT, request::Parts},
};
use headers_accept::Accept;
use mediatype::{
    MediaType, Name,
    names::{APPLICATION, HTML, JSON, TEXT, XHTML, XML},
};

pub const HTML_PAGE: MediaType<'static> = MediaType::new(TEXT, HTML);
pub const JSON_TEXT: MediaType<'static> = MediaType::new(APPLICATION, JSON);
const XHTML_PAGE: MediaType<'static> = MediaType::from_parts(APPLICATION, XHTML, Some(XML), &[]);
const PROBLEM: MediaType<'static> =
    MediaType::from_parts(APPLICATION, Name::new_unchecked("problem"), Some(JSON), &[]);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accepts {
    /// A program: `application/json`, anything, or nothing said.
    Json,
    /// A browser: `text/html` is more welcome, or named first.
    Html,
}

impl Accepts {
    #[must_use]
    pub fn of(headers: &HeaderMap) -> Self {
        let offers = [
            (JSON_TEXT, Self::Json),
            (HTML_PAGE, Self::Html),
            (XHTML_PAGE, Self::Html),
            (PROBLEM, Self::Json),
        ];
        most_welcome(headers, &offers).unwrap_or(Self::Json)
    }
}

/// What the caller wants most of what is offered; among equals, what they name first and then what is offered first.
/// Media ranges that cannot be read are passed over. `None` when they accept nothing of it.
#[must_use]
pub fn most_welcome<T: Copy>(headers: &HeaderMap, offers: &[(MediaType<'static>, T)]) -> Option<T> {
    let said: Vec<String> = headers
        .get_all(ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(without_parameters)
        .filter(|range| MediaType::parse(range).is_ok())
        .collect();
    let accept: Accept = said.join(",").parse().ok()?;
    let chosen = accept.negotiate(offers.iter().map(|(media_type, _)| media_type))?;
    let offer = offers.iter().find(|(media_type, _)| media_type == chosen);
    offer.map(|(_, what)| *what)
}

/// A media range with its weight alone: what is offered has no parameters that could differ, but for `charset`.
fn without_parameters(range: &str) -> String {
    let mut parts = range.split(';').map(str::trim);
    let name = parts.next().unwrap_or_default();
    let weight = parts.find(|part| part.starts_with(['q', 'Q']));
    weight.map_or_else(
        || name.to_owned(),
        |weight| format!("{name};{}", weight.to_ascii_lowercase()),
    )
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
        for (said, wanted) in [
            (browser, Accepts::Html),
            ("text/html", Accepts::Html),
            ("TEXT/HTML", Accepts::Html),
            ("text/*", Accepts::Html),
            ("application/xhtml+xml", Accepts::Html),
            ("text/html, */*;q=0.1", Accepts::Html),
            ("application/json;q=0, */*", Accepts::Html),
            ("*/*", Accepts::Json),
            ("", Accepts::Json),
            ("application/json", Accepts::Json),
            ("application/json, text/plain, */*", Accepts::Json),
            ("application/problem+json", Accepts::Json),
            ("text/html;q=0.5, application/json", Accepts::Json),
            ("text/html;q=0", Accepts::Json),
            ("text/html;q=0, */*", Accepts::Json),
            ("text/htmlish", Accepts::Json),
            ("image/png", Accepts::Json),
            ("text/html text", Accepts::Json),
            ("text/html, image/gif, *; q=.2, */*; q=.2", Accepts::Html),
            (", ,application/json,", Accepts::Json),
            ("text/html;charset=utf-8", Accepts::Html),
            (
                "text/html;q=0.5;of=\"a,b\", application/json;q=0.4",
                Accepts::Html,
            ),
            ("text/html;Q=0, */*", Accepts::Json),
        ] {
            assert_eq!(accepts(said), wanted, "{said}");
        }
        assert_eq!(Accepts::of(&HeaderMap::new()), Accepts::Json);
    }
}
