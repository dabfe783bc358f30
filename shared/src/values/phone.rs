//! Phone numbers.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Code, Invalid, single_line};

personal_text! {
    /// A phone number as it was typed: 7–15 digits (ITU-T E.164), with the usual punctuation and
    /// an optional extension; at most 32 characters.
    PhoneNumber
}

impl PhoneNumber {
    /// The most characters that one has.
    pub const LONGEST: usize = 32;

    /// Trims the number and drops invisible direction marks, which address books put around numbers.
    ///
    /// # Errors
    /// `required`, `too_long` or `invalid_phone`.
    pub fn parse(raw: &str) -> Result<Self, Invalid> {
        let not_a_number = || {
            Invalid::new(
                Code::InvalidPhone,
                "Enter a phone number, with its area code",
            )
        };
        let number = single_line(raw, "a phone number", Self::LONGEST).map_err(|invalid| {
            match invalid.code {
                Code::Invalid => not_a_number(),
                _ => invalid,
            }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn code<T>(parsed: Result<T, Invalid>) -> Option<Code> {
        parsed.err().map(|invalid| invalid.code)
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
    fn a_link_holds_a_number_and_nothing_more() {
        let number = PhoneNumber::parse("+1 (416) 769-3338 ext. 5").unwrap();
        assert_eq!(number.tel(), "tel:+14167693338;ext=5");
    }
}
