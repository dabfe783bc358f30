//! `_next`: the address that a browser goes on to after its form was accepted.

use axum::http::HeaderValue;
use shared::{clinic::Clinic, http::Fields, values::origin};

/// The form field with that address.
pub(crate) const FIELD: &str = "_next";

/// The origins that are allowed: the clinic's website, this API, and those that the clinic names.
pub(crate) fn origins(clinic: &Clinic, api_url: &str) -> Vec<String> {
    let own = [clinic.website(), api_url].map(origin);
    let named = clinic.contact().next_origins.iter().cloned();
    own.into_iter().chain(named).collect()
}

/// The address to go on to, if the form names one of an allowed origin; any other is ignored.
///
/// An origin followed by the end, `/`, `?` or `#` is the address's own, however a browser reads what
/// comes behind it. Only visible ASCII gets that far, and no backslash.
pub(crate) fn next(fields: &Fields, origins: &[String]) -> Option<HeaderValue> {
    let address = fields.peek(FIELD)?;
    let plain = |byte: u8| byte.is_ascii_graphic() && byte != b'\\';
    let inside = |origin: &String| {
        address
            .strip_prefix(origin.as_str())
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?', '#']))
    };
    (address.bytes().all(plain) && origins.iter().any(inside))
        .then(|| HeaderValue::from_str(address).ok())
        .flatten()
}

/// Whether a page is of one of these origins, or of the host that the request was sent to, under whichever of its
/// names.
pub(crate) fn is_own(page: &str, origins: &[String], host: &str) -> bool {
    let origin = origin(page);
    let at = origin.split_once("://").map(|(_, host)| host);
    origins.contains(&origin) || at.is_some_and(|at| at.eq_ignore_ascii_case(host))
}
