//! Changes to a text at places that are known.

use std::ops::Range;

/// Text that takes the place of a part of the Markdown.
pub(super) struct Edit {
    pub(super) range: Range<usize>,
    pub(super) text: String,
}

/// The Markdown with its edits, which do not overlap.
pub(super) fn edited(markdown: &str, edits: &[Edit]) -> String {
    let mut text = String::new();
    let mut at = 0;
    for edit in edits {
        text.push_str(markdown.get(at..edit.range.start).unwrap_or_default());
        text.push_str(&edit.text);
        at = edit.range.end;
    }
    text.push_str(markdown.get(at..).unwrap_or_default());
    text.trim().to_owned()
}
