//! Snapshots of whole documents, with what differs from run to run replaced: references, tokens, addresses of
//! this machine, request ids and seconds.

use insta::{Settings, internals::SettingsBindDropGuard};

const VARYING: [(&str, &str); 8] = [
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

/// A page with a line for each tag, so that a difference is easy to read. The style sheet is left out.
#[must_use]
pub fn page(html: &str) -> String {
    let (before, rest) = html.split_once("<style>").unwrap_or((html, ""));
    let after = rest.split_once("</style>").map_or(rest, |(_, after)| after);
    let whole = format!("{before}{after}");
    whole.replace("><", ">\n<")
}
