//! Values that are parsed once: one that exists is valid.
//!
//! No error message repeats what was typed.

#[macro_use]
mod personal;

mod email;
mod ids;
mod origin;
mod person;
mod phone;

use serde::Serialize;
use utoipa::ToSchema;

pub use email::EmailAddress;
pub use ids::{NotAnId, PractitionerId, RoomId, ServiceId, Slug, TopicId};
pub use origin::origin;
pub use person::{FreeText, PersonName};
pub use phone::PhoneNumber;

/// Why a value was refused: a code for programs, a sentence for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid {
    /// One of the contract's field codes.
    pub code: Code,
    /// What to do about it.
    pub message: String,
}

/// The contract's codes for a bad field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = FieldErrorCode)]
pub enum Code {
    Required,
    /// Too few characters to be right.
    TooShort,
    /// More characters than the limit.
    TooLong,
    InvalidEmail,
    InvalidPhone,
    /// The value is not one of the choices.
    NotAllowed,
    /// A box has to be ticked and is not.
    MustAccept,
    /// There is no such field in this request.
    UnknownField,
    /// The field is there more than once.
    DuplicateField,
    /// Wrong in another way: type, characters, format.
    Invalid,
}

impl Invalid {
    /// A refusal with its reason.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }
}

/// One line of visible text: trimmed, without direction and byte-order marks.
///
/// # Errors
/// `required`, `too_long` (over `limit` characters), or `invalid` for a line break or another control
/// character: such a line ends up in the headers of a mail.
pub fn single_line(raw: &str, what: &str, limit: usize) -> Result<String, Invalid> {
    let visible: String = raw.chars().filter(|c| !is_invisible(*c)).collect();
    let text = visible.trim_matches(' ');
    if is_blank_text(text) {
        return Err(Invalid::new(Code::Required, format!("Enter {what}")));
    }
    if text
        .chars()
        .any(|c| c.is_control() || c == '\u{2028}' || c == '\u{2029}')
    {
        return Err(Invalid::new(
            Code::Invalid,
            "Put this on one line, without control characters",
        ));
    }
    if text.chars().count() > limit {
        return Err(Invalid::new(
            Code::TooLong,
            format!("Shorten this to {limit} characters"),
        ));
    }
    Ok(text.trim().to_owned())
}

/// Whether somebody who reads the text sees nothing of it.
pub(crate) fn is_blank_text(text: &str) -> bool {
    text.chars().all(is_blank)
}

/// Whether somebody who reads a text sees nothing of this character: spaces, and what Unicode calls default-ignorable
/// (UAX #44), with the fillers and blanks that fonts leave empty.
fn is_blank(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Embeddings, overrides and isolates (Unicode UAX #9) and byte-order marks: they can make a line
/// read as another one. Joiners stay, since emoji and several scripts need them.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{200b}')
}
