//! Where in a file a mistake is, and which characters are mistakes anywhere.

/// The place of a byte in a text: `line 3, column 5`. Both are counted from 1, columns in characters; `first` is the line in
/// the file on which the text begins.
pub(super) fn place(text: &str, at: usize, first: usize) -> String {
    let before = text.get(..at).unwrap_or_default();
    let line = before.matches('\n').count() + first;
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let column = before.get(start..).unwrap_or_default().chars().count() + 1;
    format!("line {line}, column {column}")
}

/// Characters that XML 1.0 has no place for (§2.2), and so no feed.
pub(super) fn is_odd(c: char) -> bool {
    (c.is_control() && !matches!(c, '\t' | '\n' | '\r')) || matches!(c, '\u{fffe}' | '\u{ffff}')
}
