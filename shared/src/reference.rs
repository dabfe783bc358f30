//! References that people can read out on the phone: `C-7KQ2M-0XW4R`.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Crockford's base 32, without I, L, O and U, which are easily misread.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A message's or booking's reference: a letter for its kind, then ten random characters
/// (50 bits from the system's generator).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, examples("C-7K2M9-QX4TD"))]
pub struct Reference(String);

impl Reference {
    #[must_use]
    pub fn contact() -> Self {
        Self::random('C')
    }

    #[must_use]
    pub fn booking() -> Self {
        Self::random('B')
    }

    /// The reference of a practitioner's time off.
    #[must_use]
    pub fn time_off() -> Self {
        Self::random('T')
    }

    /// The reference of an entry in the waiting list.
    #[must_use]
    pub fn waitlist() -> Self {
        Self::random('W')
    }

    /// The reference of a contact message, from an address. `None` when it cannot be one.
    #[must_use]
    pub fn parse_contact(raw: &str) -> Option<Self> {
        Self::parse('C', raw)
    }

    /// The reference of a booking, from an address. `None` when it cannot be one.
    #[must_use]
    pub fn parse_booking(raw: &str) -> Option<Self> {
        Self::parse('B', raw)
    }

    /// The reference of a time off. `None` when it cannot be one.
    #[must_use]
    pub fn parse_time_off(raw: &str) -> Option<Self> {
        Self::parse('T', raw)
    }

    /// The reference of an entry in the waiting list, from an address. `None` when it cannot be one.
    #[must_use]
    pub fn parse_waitlist(raw: &str) -> Option<Self> {
        Self::parse('W', raw)
    }

    fn parse(kind: char, raw: &str) -> Option<Self> {
        let groups = raw.strip_prefix(kind)?.strip_prefix('-')?;
        let (first, second) = groups.split_once('-')?;
        let is_group =
            |group: &str| group.len() == 5 && group.bytes().all(|b| ALPHABET.contains(&b));
        (is_group(first) && is_group(second)).then(|| Self(raw.to_owned()))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn random(kind: char) -> Self {
        let mut groups = [String::with_capacity(5), String::with_capacity(5)];
        for group in &mut groups {
            let mut bits = random_u64();
            for _ in 0..5 {
                let character = ALPHABET.iter().cycle().nth((bits & 31) as usize);
                group.extend(character.map(|&byte| char::from(byte)));
                bits >>= 5;
            }
        }
        let [first, second] = groups;
        Self(format!("{kind}-{first}-{second}"))
    }
}

pub(crate) fn random_u64() -> u64 {
    // Without the system's generator nothing may continue: the request ends with an error.
    #[expect(
        clippy::expect_used,
        reason = "a system without randomness cannot run the front desk"
    )]
    getrandom::u64().expect("the system has a random generator")
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_reference_reads_back_and_differs_from_the_next() {
        let reference = Reference::booking();

        assert_eq!(
            Reference::parse_booking(reference.as_str()),
            Some(reference.clone())
        );
        assert_ne!(Reference::booking(), reference);
    }

    #[test]
    fn what_is_not_a_booking_reference_is_none() {
        for raw in [
            "",
            "B-",
            "B-00000",
            "B-00000-0000O",
            "C-00000-00000",
            "B-00000-000001",
            "B-0000é-00000",
        ] {
            assert_eq!(Reference::parse_booking(raw), None, "{raw}");
        }
    }
}
