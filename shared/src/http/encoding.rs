//! Content codings (RFC 9110 §8.4 and §12.5.3): text is compressed for callers that take gzip.

use std::io::Write as _;

use axum::http::{HeaderMap, header::ACCEPT_ENCODING};
use flate2::{Compression, write::GzEncoder};

/// From how many bytes on compressing saves a packet.
const PAYS_FROM: usize = 1_000;

/// Whether compressing a body makes it smaller by more than it costs.
pub(super) fn pays(media_type: &str, length: usize) -> bool {
    let is_text = media_type.starts_with("text/")
        || ["json", "xml"].iter().any(|syntax| {
            let bare = media_type.split(';').next().unwrap_or_default();
            bare.ends_with(syntax)
        });
    is_text && length >= PAYS_FROM
}

/// Whether the caller takes gzip.
pub(super) fn takes_gzip(headers: &HeaderMap) -> bool {
    let values = headers.get_all(ACCEPT_ENCODING).iter();
    let codings = values.filter_map(|value| value.to_str().ok());
    let codings: Vec<String> = codings.map(str::to_ascii_lowercase).collect();
    let weights = codings
        .iter()
        .flat_map(|value| value.split(','))
        .map(weight);
    let mut any = false;
    for (coding, is_taken) in weights {
        match coding {
            "gzip" | "x-gzip" => return is_taken,
            "*" => any = is_taken,
            _ => {}
        }
    }
    any
}

/// A coding, and whether its weight is more than 0.
fn weight(coding: &str) -> (&str, bool) {
    let mut parts = coding.split(';').map(str::trim);
    let name = parts.next().unwrap_or_default();
    let weight = parts.find_map(|part| {
        let (name, weight) = part.split_once('=')?;
        (name.trim() == "q").then_some(weight.trim())
    });
    let is_taken = weight.is_none_or(|q| q.parse().is_ok_and(|q: f32| q > 0.0));
    (name, is_taken)
}

pub(super) fn gzipped(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    // Writing to memory does not fail.
    let written = encoder.write_all(body).and_then(|()| encoder.finish());
    written.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_is_for_callers_that_take_it() {
        for (said, takes) in [
            ("gzip, deflate, br, zstd", true),
            ("GZIP", true),
            ("br;q=1.0, gzip;q=0.001", true),
            ("*", true),
            ("gzip;q=0, *", false),
            ("*;q=0, gzip", true),
            ("identity", false),
            ("gzip;q=0.000", false),
            ("gzip; Q = 0", false),
            ("gzip;q=x", false),
            ("", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_ENCODING, said.parse().unwrap());
            assert_eq!(takes_gzip(&headers), takes, "{said}");
        }
        assert!(!takes_gzip(&HeaderMap::new()));
    }

    #[test]
    fn text_is_worth_it_and_pictures_are_not() {
        for media_type in [
            "text/html; charset=utf-8",
            "application/json",
            "application/feed+json",
            "application/atom+xml; charset=utf-8",
            "image/svg+xml",
        ] {
            assert!(pays(media_type, 1_000), "{media_type}");
            assert!(!pays(media_type, 999), "{media_type}");
        }
        assert!(!pays("image/webp", 100_000));
        assert!(!pays("image/jpeg", 100_000));
    }
}
