//! Names, and what people write.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Code, Invalid, is_blank_text, single_line};

personal_text! {
    /// A person's name on one line, 1–100 characters of any script.
    PersonName
}

personal_text! {
    /// Free text of several lines. Line breaks are `\n`.
    FreeText
}

impl PersonName {
    /// The most characters that one has.
    pub const LONGEST: usize = 100;

    /// Trims the name and drops invisible direction marks, which phones insert.
    ///
    /// # Errors
    /// `required`, `too_long`, or `invalid` for a line break or another control character.
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        let name = single_line(raw, "a name", Self::LONGEST)?;
        if name.chars().any(char::is_alphanumeric) || !name.is_ascii() {
            return Ok(Self(name));
        }
        Err(Invalid::new(Code::TooShort, "Enter a name, not only signs"))
    }
}

impl FreeText {
    /// Trims the ends and turns every line break into `\n`.
    ///
    /// # Errors
    /// `required`, `too_long` (over `limit` characters), or `invalid` for a control character other
    /// than tab and line break.
    pub fn parse(raw: &str, limit: usize) -> Result<Self, Invalid> {
        let text = raw.replace("\r\n", "\n").replace('\r', "\n");
        let text = text.trim();
        if is_blank_text(text) {
            return Err(Invalid::new(Code::Required, "Write a few words here"));
        }
        if text
            .chars()
            .any(|c| c.is_control() && c != '\n' && c != '\t')
        {
            return Err(Invalid::new(
                Code::Invalid,
                "Remove the control characters: only text, tabs and line breaks are taken",
            ));
        }
        let length = text.chars().count();
        if length > limit {
            return Err(Invalid::new(
                Code::TooLong,
                format!("Shorten this to {limit} characters: it has {length}"),
            ));
        }
        Ok(Self(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{
        super::{EmailAddress, PhoneNumber},
        *,
    };

    fn code<T>(parsed: Result<T, Invalid>) -> Option<Code> {
        parsed.err().map(|invalid| invalid.code)
    }

    #[test]
    fn names_of_every_script_are_taken() {
        for name in [
            "Zoë O'Brien-Łukasz",
            "محمد عبد الله",
            "山田 太郎",
            "👩🏽‍⚕️",
            "3Jane",
        ] {
            assert_eq!(PersonName::parse(name).unwrap().as_str(), name);
        }
    }

    #[test]
    fn a_name_that_nobody_can_see_is_none() {
        for name in [
            "\u{2060}",
            "\u{ad}\u{ad}",
            "\u{3164}",
            " \u{115f}\u{200d}\u{2800} ",
            "\u{e0041}",
            "\u{202e}\u{2066}",
            "\u{1d173}\u{fff9}",
        ] {
            assert_eq!(
                code(PersonName::parse(name)),
                Some(Code::Required),
                "{name:?}"
            );
        }
        let turned = PersonName::parse("\u{202e}evE\u{202c} \u{2067}adA\u{2069}").unwrap();
        assert_eq!(turned.as_str(), "evE adA", "no direction overrides");
    }

    #[test]
    fn a_name_with_a_line_break_is_refused() {
        for name in [
            "Ada\nBcc: all@example.com",
            "Ada\r\nX: y",
            "\nAda",
            "Ada\u{2028}x",
            "Ada\u{0}",
            "Ada\t",
        ] {
            assert_eq!(
                code(PersonName::parse(name)),
                Some(Code::Invalid),
                "{name:?}"
            );
        }
    }

    #[test]
    fn limits_count_characters_not_bytes() {
        assert!(PersonName::parse(&"é".repeat(100)).is_ok());
        assert_eq!(
            code(PersonName::parse(&"é".repeat(101))),
            Some(Code::TooLong)
        );
        assert!(FreeText::parse(&"👣".repeat(5000), 5000).is_ok());
        assert_eq!(
            code(FreeText::parse(&"a".repeat(5001), 5000)),
            Some(Code::TooLong)
        );
    }

    #[test]
    fn debug_shows_nothing_of_a_person() {
        let name = PersonName::parse("Ada Lovelace").unwrap();

        assert_eq!(format!("{name:?}"), "[redacted]");
    }

    proptest! {
        #[test]
        fn no_value_on_one_line_holds_a_line_break(raw in "\\PC{0,20}[\r\n\u{0b}\u{0c}\u{85}\u{2028}]?\\PC{0,20}") {
            for value in [
                PersonName::parse(&raw).map(|v| v.as_str().to_owned()),
                EmailAddress::parse(&raw).map(|v| v.as_str().to_owned()),
                PhoneNumber::parse(&raw).map(|v| v.as_str().to_owned()),
            ].into_iter().flatten() {
                let breaks = value.contains(['\r', '\n', '\u{85}', '\u{2028}', '\u{0}']);
                prop_assert!(!breaks);
            }
        }

        #[test]
        fn parsing_again_changes_nothing(raw in "\\PC{0,120}") {
            if let Ok(name) = PersonName::parse(&raw) {
                prop_assert_eq!(PersonName::parse(name.as_str()).unwrap(), name);
            }
            if let Ok(text) = FreeText::parse(&raw, 100) {
                prop_assert_eq!(FreeText::parse(text.as_str(), 100).unwrap(), text);
            }
        }
    }
}
