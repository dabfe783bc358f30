//! A few words, as an operator types them.

use shared::values::FreeText;

/// The longest words, in characters: they have to fit into a table.
const LIMIT: usize = 200;

/// Reads a few words. Whatever separates them becomes a space.
///
/// # Errors
/// What is wrong with them.
pub(super) fn words(text: &str) -> Result<String, String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let words = FreeText::parse(&text, LIMIT).map_err(|invalid| invalid.message)?;
    Ok(words.as_str().to_owned())
}
