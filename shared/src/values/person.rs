//! What people type about themselves. `Debug` prints `[redacted]`.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Code, Invalid, is_blank, single_line};

macro_rules! personal_text {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
        #[serde(transparent)]
        #[schema(value_type = String)]
        pub struct $name(String);

        impl $name {
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("[redacted]")
            }
        }
    };
}

personal_text! {
    /// A person's name on one line, 1–100 characters of any script.
    PersonName
}

personal_text! {
    /// An email address as browsers accept it (the WHATWG's `input type=email`), with a dot in its domain and
    /// without the dots that mail servers refuse (RFC 5321, dot-string). It has at most 254 characters, 64 of
    /// them before the at sign (RFC 5321).
    EmailAddress
}

personal_text! {
    /// A phone number as it was typed: 7–15 digits (ITU-T E.164), with the usual punctuation and
    /// an optional extension; at most 32 characters.
    PhoneNumber
}

personal_text! {
    /// Free text of several lines. Line breaks are `\n`.
    FreeText
}

impl PersonName {
    /// Trims the name and drops invisible direction marks, which phones insert.
    ///
    /// # Errors
    /// `required`, `too_long`, or `invalid` for a line break or another control character.
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        let name = single_line(raw, "a name", 100)?;
        if name.chars().all(is_blank) {
            return Err(Invalid::new(Code::Required, "Enter a name"));
        }
        if name.chars().any(char::is_alphanumeric) || !name.is_ascii() {
            return Ok(Self(name));
        }
        Err(Invalid::new(Code::TooShort, "Enter a name, not only signs"))
    }
}

impl EmailAddress {
    /// Trims the address and keeps its case.
    ///
    /// # Errors
    /// `required`, `too_long` or `invalid_email`.
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        let not_an_address = || {
            Invalid::new(
                Code::InvalidEmail,
                "Enter an email address, like name@example.com",
            )
        };
        let address =
            single_line(raw, "an email address", 254).map_err(|invalid| match invalid.code {
                Code::Invalid => not_an_address(),
                _ => invalid,
            })?;
        let valid = address
            .rsplit_once('@')
            .is_some_and(|(local, domain)| is_local_part(local) && is_domain(domain));
        valid.then_some(Self(address)).ok_or_else(not_an_address)
    }
}

impl EmailAddress {
    /// The mailbox that the address leads to, for counting: in lower case, without a subaddress (`+…`, RFC 5233) and,
    /// at Gmail, without the dots that it ignores.
    #[must_use]
    pub fn mailbox(&self) -> String {
        let lower = self.0.to_ascii_lowercase();
        let (local, domain) = lower.rsplit_once('@').unwrap_or((&lower, ""));
        let local = local.split('+').next().unwrap_or(local);
        match domain {
            "gmail.com" | "googlemail.com" => format!("{}@gmail.com", local.replace('.', "")),
            domain => format!("{local}@{domain}"),
        }
    }

    /// A link that writes to the address (RFC 6068).
    #[must_use]
    pub fn mailto(&self) -> String {
        let encoded = percent_encoding::utf8_percent_encode(&self.0, NOT_IN_MAILTO);
        format!("mailto:{encoded}")
    }
}

/// Everything but letters, digits and what RFC 6068 allows in an address as it is.
const NOT_IN_MAILTO: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'@')
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'+')
    .remove(b'!')
    .remove(b'$')
    .remove(b'*')
    .remove(b'\'');

fn is_local_part(local: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+/=?^_`{|}~-".contains(c);
    (1..=64).contains(&local.len())
        && local
            .split('.')
            .all(|atom| !atom.is_empty() && atom.chars().all(allowed))
}

fn is_domain(domain: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    domain.contains('.') && domain.split('.').all(is_label)
}

impl PhoneNumber {
    /// Trims the number and drops invisible direction marks, which address books put around numbers.
    ///
    /// # Errors
    /// `required`, `too_long` or `invalid_phone`.
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        let not_a_number = || {
            Invalid::new(
                Code::InvalidPhone,
                "Enter a phone number, like 416-555-0123",
            )
        };
        let number =
            single_line(raw, "a phone number", 32).map_err(|invalid| match invalid.code {
                Code::Invalid => not_a_number(),
                _ => invalid,
            })?;
        let lower = number.to_ascii_lowercase();
        let (main, extension) = match lower.split_once(['x', 'e']) {
            Some((main, rest)) => (main, rest.trim_start_matches(['x', 't', '.', ' '])),
            None => (lower.as_str(), ""),
        };
        let digits = main.chars().filter(char::is_ascii_digit).count();
        let punctuated = main
            .chars()
            .all(|c| c.is_ascii_digit() || "+-./() \u{a0}\u{2011}".contains(c));
        let extended = extension.len() <= 6 && extension.chars().all(|c| c.is_ascii_digit());
        if (7..=15).contains(&digits) && punctuated && extended {
            return Ok(Self(number));
        }
        Err(not_a_number())
    }

    /// The last ten digits before an extension, for counting: however the number is written, and with or without
    /// its country.
    #[must_use]
    pub fn subscriber(&self) -> String {
        let lower = self.0.to_ascii_lowercase();
        let main = lower.split(['x', 'e']).next().unwrap_or_default();
        let digits: String = main.chars().filter(char::is_ascii_digit).collect();
        let from = digits.len().saturating_sub(10);
        digits.get(from..).unwrap_or_default().to_owned()
    }

    /// Whether both are the same line: the same digits, with or without the 1 of North America before ten others, and
    /// the same extension.
    #[must_use]
    pub fn is_same_line(&self, other: &Self) -> bool {
        self.line() == other.line()
    }

    fn line(&self) -> (String, String) {
        let tel = self.tel();
        let digits = |text: &str| {
            text.chars()
                .filter(char::is_ascii_digit)
                .collect::<String>()
        };
        let (main, extension) = tel.split_once(';').unwrap_or((&tel, ""));
        let main = digits(main);
        let national = main.strip_prefix('1').filter(|rest| rest.len() == 10);
        (national.unwrap_or(&main).to_owned(), digits(extension))
    }

    /// The number as a `tel:` link (RFC 3966), without its punctuation.
    #[must_use]
    pub fn tel(&self) -> String {
        let lower = self.0.to_ascii_lowercase();
        let (main, extension) = lower.split_once(['x', 'e']).unwrap_or((&lower, ""));
        let main: String = main
            .chars()
            .filter(|c| c.is_ascii_digit() || *c == '+')
            .collect();
        let extension: String = extension.chars().filter(char::is_ascii_digit).collect();
        match extension.as_str() {
            "" => format!("tel:{main}"),
            extension => format!("tel:{main};ext={extension}"),
        }
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
        if text.is_empty() {
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

    use super::*;

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
    fn addresses_that_browsers_take_are_taken() {
        for address in [
            "a@b.ca",
            "first.last+tag@sub.example.com",
            "o'neil@example.org",
        ] {
            assert!(EmailAddress::parse(address).is_ok(), "{address}");
        }
        for address in [
            "a",
            "a@b",
            "a@b.",
            "a@.ca",
            "@b.ca",
            "a b@c.ca",
            "a@b@c.ca ",
            "a@-b.ca",
            "a@b.ca\nBcc: x@y.ca",
            "a..b@c.ca",
            ".a@c.ca",
            "a.@c.ca",
            "\"a b\"@c.ca",
            "a@exämple.ca",
            "a,b@c.ca",
            "<a@b.ca>",
        ] {
            assert_eq!(
                code(EmailAddress::parse(address)),
                Some(Code::InvalidEmail),
                "{address}"
            );
        }
    }

    #[test]
    fn phone_numbers_are_taken_as_people_write_them() {
        for number in [
            "416-769-3338",
            "+1 (416) 769-3338",
            "416.769.3338 x12",
            "4167693338 ext. 5",
            "\u{202a}416 769 3338\u{202c}",
        ] {
            assert!(PhoneNumber::parse(number).is_ok(), "{number}");
        }
        for number in [
            "12345",
            "1234567890123456",
            "call me",
            "416-769-3338;rm",
            "416769\n3338",
        ] {
            assert_eq!(
                code(PhoneNumber::parse(number)),
                Some(Code::InvalidPhone),
                "{number}"
            );
        }
    }

    #[test]
    fn one_mailbox_is_counted_once_however_it_is_written() {
        let mailbox = |address| EmailAddress::parse(address).unwrap().mailbox();

        assert_eq!(mailbox("Ada+news@Example.com"), mailbox("ada@example.com"));
        assert_eq!(mailbox("a.d.a@gmail.com"), mailbox("ADA+x@googlemail.com"));
        assert_ne!(mailbox("a.da@example.com"), mailbox("ada@example.com"));
    }

    #[test]
    fn one_number_is_counted_once_however_it_is_written() {
        let subscriber = |number| PhoneNumber::parse(number).unwrap().subscriber();

        for number in ["+1 (416) 769-3338", "416.769.3338 x12", "1-416-769-3338"] {
            assert_eq!(subscriber(number), "4167693338", "{number}");
        }
        assert_eq!(subscriber("769-3338"), "7693338");
    }

    #[test]
    fn one_line_is_found_however_it_is_written_and_no_other_is() {
        let is_same = |one, other| {
            let parse = |number| PhoneNumber::parse(number).unwrap();
            parse(one).is_same_line(&parse(other))
        };

        assert!(is_same("416-769-3338", "+1 (416) 769 3338"));
        assert!(is_same("416-769-3338 x12", "4167693338 ext. 12"));
        assert!(!is_same("416-769-3338", "416-769-3338 x12"));
        assert!(!is_same("+91 98765 43210", "987-654-3210"));
    }

    #[test]
    fn links_hold_addresses_and_numbers_and_nothing_more() {
        for (address, link) in [
            ("ada@example.com", "mailto:ada@example.com"),
            ("a?cc=eve@example.com", "mailto:a%3Fcc%3Deve@example.com"),
            (
                "a&b%c#d/e@example.com",
                "mailto:a%26b%25c%23d%2Fe@example.com",
            ),
            ("o'neil+x@example.com", "mailto:o'neil+x@example.com"),
        ] {
            assert_eq!(EmailAddress::parse(address).unwrap().mailto(), link);
        }
        let number = PhoneNumber::parse("+1 (416) 769-3338 ext. 5").unwrap();
        assert_eq!(number.tel(), "tel:+14167693338;ext=5");
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
                PersonName::parse(&raw).map(|v| v.0),
                EmailAddress::parse(&raw).map(|v| v.0),
                PhoneNumber::parse(&raw).map(|v| v.0),
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
