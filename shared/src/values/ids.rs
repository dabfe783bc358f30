//! The ids in the clinic's file and in the website's addresses.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An id has to be 1 to 200 lower-case letters, digits and hyphens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("use lower-case letters, digits and hyphens")]
pub struct NotAnId;

const LONGEST: usize = 200;

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String")]
        pub struct $name(String);

        impl $name {
            /// # Errors
            /// [`NotAnId`], when the text has other characters or is too long.
            pub fn parse(raw: &str) -> Result<Self, NotAnId> {
                let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
                let valid = (1..=LONGEST).contains(&raw.len()) && raw.bytes().all(plain);
                valid.then(|| Self(raw.to_owned())).ok_or(NotAnId)
            }

            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = NotAnId;

            fn try_from(raw: String) -> Result<Self, NotAnId> {
                Self::parse(&raw)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

id! {
    /// A service that can be booked.
    ServiceId;
    /// Somebody who can be booked.
    PractitionerId;
    /// A room that a service needs.
    RoomId;
    /// What a message can be about.
    TopicId;
    /// The last part of an article's address.
    Slug;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_plain_and_short() {
        for id in ["p1", "initial-assessment", &"a".repeat(200)] {
            assert_eq!(ServiceId::parse(id).unwrap().as_str(), id);
        }
        for id in ["", "P1", "a b", "a_b", "é", "#index", &"a".repeat(201)] {
            assert_eq!(ServiceId::parse(id), Err(NotAnId), "{id}");
        }
    }
}
