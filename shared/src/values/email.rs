//! Email addresses.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Code, Invalid, single_line};

personal_text! {
    /// An email address as browsers accept it (the WHATWG's `input type=email`), with a dot in its domain and
    /// without the dots that mail servers refuse (RFC 5321, dot-string). It has at most 254 characters, 64 of
    /// them before the at sign (RFC 5321).
    EmailAddress
}

impl EmailAddress {
    /// The most characters that one has.
    pub const LONGEST: usize = 254;

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
            single_line(raw, "an email address", Self::LONGEST).map_err(|invalid| match invalid
                .code
            {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn code<T>(parsed: Result<T, Invalid>) -> Option<Code> {
        parsed.err().map(|invalid| invalid.code)
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
    fn one_mailbox_is_counted_once_however_it_is_written() {
        let mailbox = |address| EmailAddress::parse(address).unwrap().mailbox();

        assert_eq!(mailbox("Ada+news@Example.com"), mailbox("ada@example.com"));
        assert_eq!(mailbox("a.d.a@gmail.com"), mailbox("ADA+x@googlemail.com"));
        assert_ne!(mailbox("a.da@example.com"), mailbox("ada@example.com"));
    }

    #[test]
    fn a_link_holds_an_address_and_nothing_more() {
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
    }
}
