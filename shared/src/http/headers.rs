//! The headers of every answer, in one place.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");

/// What every answer says. A browser asks for the site over HTTPS only, for a year (RFC 6797); takes no answer for
/// something else; tells other sites nothing of the address, which may hold a token; and gives pages no devices.
const ALWAYS: [(HeaderName, &str); 4] = [
    (header::STRICT_TRANSPORT_SECURITY, "max-age=31536000"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (
        PERMISSIONS_POLICY,
        "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
];
/// Answers that are no pages load nothing, wherever they are shown.
const NO_PAGE: &str = "default-src 'none'; frame-ancestors 'none'";

/// Adds the headers that every answer has, unless it says something of its own.
pub(super) fn complete(headers: &mut HeaderMap, request_id: &str) {
    for (name, value) in ALWAYS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static(NO_PAGE));
    if let Ok(id) = HeaderValue::from_str(request_id) {
        headers.insert("x-request-id", id);
    }
}

/// What a page may load, where its forms may lead besides this site, and which other sites may frame it
/// (CSP Level 3). Scripts and styles come from files of this site alone.
pub(super) fn page_policy(form_targets: &[String], framed_by: &[String]) -> Option<HeaderValue> {
    let own_and = |others: &[String]| {
        let own = std::iter::once("'self'");
        let all: Vec<&str> = own.chain(others.iter().map(String::as_str)).collect();
        all.join(" ")
    };
    let framed_by = match framed_by {
        [] => "'none'".to_owned(),
        origins => own_and(origins),
    };
    let policy = format!(
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; frame-src 'self'; form-action {}; \
         frame-ancestors {framed_by}; base-uri 'none'",
        own_and(form_targets)
    );
    HeaderValue::from_str(&policy).ok()
}
