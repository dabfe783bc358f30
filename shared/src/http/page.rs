//! The plain page around what a browser without script is shown.

use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use maud::{DOCTYPE, Markup, PreEscaped, html};

const STYLE: &str = "body{font:1.125rem/1.6 system-ui,sans-serif;color:#1c2b33;background:#fff;\
    max-width:38rem;margin:3rem auto;padding:0 1.25rem}h1{line-height:1.2;font-size:1.75rem}\
    dt{font-weight:600}dd{margin:0 0 .75rem}a{color:#00596b}a[href^='tel:']{white-space:nowrap}.small{font-size:.9rem;color:#4b5a63}";

/// A page with a title, which is also its heading, and what stands below it.
#[must_use]
pub fn page(title: &str, content: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en-CA" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body { main { h1 { (title) } (content) } }
        }
    }
}

/// A page as an answer that no cache keeps and no other site frames.
#[must_use]
pub fn show(markup: Markup) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
        ),
    ];
    (headers, markup.into_string()).into_response()
}
