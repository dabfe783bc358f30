//! The origin of an address.

/// An address up to the end of its host (RFC 6454).
#[must_use]
pub fn origin(url: &str) -> String {
    let host = url.find("://").map_or(0, |at| at + "://".len());
    let path = url.get(host..).and_then(|rest| rest.find(['/', '?', '#']));
    let end = path.map_or(url.len(), |at| host + at);
    url.get(..end).unwrap_or_default().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_ends_where_the_path_begins() {
        for (url, expected) in [
            ("https://www.example.com", "https://www.example.com"),
            ("https://www.example.com/feet", "https://www.example.com"),
            ("https://www.example.com?a=b", "https://www.example.com"),
            ("http://127.0.0.1:3000", "http://127.0.0.1:3000"),
            ("https://Example.com/api/v1", "https://example.com"),
        ] {
            assert_eq!(origin(url), expected);
        }
    }
}
