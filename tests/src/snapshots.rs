//! Snapshots of whole documents, with what differs from run to run replaced: references, tokens, addresses of
//! this machine, request ids and seconds.

use insta::{Settings, internals::SettingsBindDropGuard};

const VARYING: [(&str, &str); 11] = [
    (
        "([BCTW])-[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}",
        "$1-00000-00000",
    ),
    (r"http://127\.0\.0\.1:\d+", "https://desk.example"),
    (r"token=[A-Za-z0-9_-]{20,}", "token=TOKEN"),
    (r#"(name="_?token" value=")[A-Za-z0-9._-]+"#, "${1}TOKEN"),
    (r"urn:request:[0-9a-f]{16}", "urn:request:ID"),
    (r"Request [0-9a-f]{16}", "Request ID"),
    (r"(T\d\d:\d\d:)\d\d([.Z+-])", "${1}00$2"),
    (
        r#"(name="_idempotency_key" value=")[0-9a-f]{32}"#,
        "${1}KEY",
    ),
    (r"/assets/([a-z]+)-[A-Za-z0-9_-]+\.", "/assets/$1-HASH."),
    (r"/images/([a-z-]+)-[A-Za-z0-9_-]{8}\.", "/images/$1-HASH."),
    (r"\r", ""),
];

/// Replaces what varies in the snapshots that are taken until the guard is dropped.
pub fn stable() -> SettingsBindDropGuard {
    let mut settings = Settings::clone_current();
    for (pattern, replacement) in VARYING {
        settings.add_filter(pattern, replacement);
    }
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind_to_scope()
}

/// What a page says, with a line for each tag, so that a difference is easy to read: its title and its main part. The
/// frame around it is the same for all, and has a snapshot of its own.
#[must_use]
pub fn page(html: &str) -> String {
    let part = |from: &str, to: &str| {
        let (_, rest) = html
            .split_once(from)
            .expect("the page has a title and a main part");
        let (part, _) = rest.split_once(to).expect("its tags are closed");
        format!("{from}{part}{to}")
    };
    lines(&[part("<title>", "</title>"), part("<main", "</main>")].concat())
}

/// A document with a line for each tag.
#[must_use]
pub fn lines(html: &str) -> String {
    html.replace("><", ">\n<")
}

/// The frame around a page, without its main part.
#[must_use]
pub fn frame(html: &str) -> String {
    let (before, rest) = html.split_once("<main").expect("the page has a main part");
    let (_, after) = rest.split_once("</main>").expect("its tags are closed");
    lines(&[before, "<main>…</main>", after].concat())
}
