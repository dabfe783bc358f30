//! Capability links: whoever holds one may do the one thing it names, until it expires.
//!
//! `HMAC-SHA256(key, purpose, reference, version, expiry)`, compared in constant time. Unknown,
//! expired and forged all verify to the same nothing.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha2::Sha256;

use crate::{environment::Environment, reference::Reference};

/// What a link allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The patient's own page of a booking.
    ManageBooking,
}

impl Purpose {
    fn name(self) -> &'static [u8] {
        match self {
            Self::ManageBooking => b"manage-booking",
        }
    }
}

/// The keys: the first signs, all of them verify, so that a key can be changed without a cut.
#[derive(Clone)]
pub struct LinkKeys(Vec<Vec<u8>>);

/// `LINK_KEYS` cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LinkKeysError {
    /// It is not there.
    #[error(transparent)]
    Missing(#[from] crate::environment::MissingVariable),
    /// A key is too short to be safe.
    #[error("LINK_KEYS needs keys of at least 32 characters, separated by commas")]
    Weak,
}

const VERSION: u8 = 1;

impl LinkKeys {
    /// Reads `LINK_KEYS`: one or two keys of at least 32 characters, the newest first.
    ///
    /// # Errors
    /// When it is missing or a key is too short.
    pub fn from_environment(environment: &Environment) -> Result<Self, LinkKeysError> {
        let keys = environment.require("LINK_KEYS")?.split(',');
        let keys: Vec<Vec<u8>> = keys.map(|key| key.trim().as_bytes().to_vec()).collect();
        if keys.iter().any(|key| key.len() < 32) {
            return Err(LinkKeysError::Weak);
        }
        Ok(Self(keys))
    }

    /// A token that allows `purpose` on `reference` until `expiry` (to the second).
    #[must_use]
    pub fn sign(&self, purpose: Purpose, reference: &Reference, expiry: Timestamp) -> String {
        let expiry = expiry.as_second().to_be_bytes();
        let tag = self.0.first().map(|key| {
            let mac = mac(key, purpose, reference, expiry);
            mac.finalize().into_bytes()
        });
        let mut token = vec![VERSION];
        token.extend(expiry);
        token.extend(tag.into_iter().flatten());
        URL_SAFE_NO_PAD.encode(token)
    }

    /// Whether `token` allows `purpose` on `reference` at `now`.
    #[must_use]
    pub fn verify(
        &self,
        token: &str,
        purpose: Purpose,
        reference: &Reference,
        now: Timestamp,
    ) -> bool {
        let Ok(bytes) = URL_SAFE_NO_PAD.decode(token) else {
            return false;
        };
        let Some((&[VERSION], rest)) = bytes.split_first_chunk::<1>() else {
            return false;
        };
        let Some((expiry, tag)) = rest.split_first_chunk::<8>() else {
            return false;
        };
        let signed = self.0.iter().any(|key| {
            mac(key, purpose, reference, *expiry)
                .verify_slice(tag)
                .is_ok()
        });
        signed && now.as_second() < i64::from_be_bytes(*expiry)
    }
}

fn mac(key: &[u8], purpose: Purpose, reference: &Reference, expiry: [u8; 8]) -> Hmac<Sha256> {
    #[expect(
        clippy::expect_used,
        reason = "HMAC takes a key of any length (RFC 2104)"
    )]
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any length of key");
    for part in [
        purpose.name(),
        reference.as_str().as_bytes(),
        &[VERSION],
        &expiry,
    ] {
        // Lengths keep two parts from being read as one.
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac
}

impl std::fmt::Debug for LinkKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LinkKeys([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;

    use super::*;

    fn keys(list: &str) -> LinkKeys {
        let environment = [("LINK_KEYS".to_owned(), list.to_owned())]
            .into_iter()
            .collect();
        LinkKeys::from_environment(&environment).unwrap()
    }

    const OLD: &str = "0123456789abcdef0123456789abcdef";
    const NEW: &str = "fedcba9876543210fedcba9876543210";

    #[test]
    fn a_token_allows_what_it_was_signed_for_and_nothing_else() {
        let keys = keys(OLD);
        let now: Timestamp = "2026-12-01T14:00:00Z".parse().unwrap();
        let (mine, other) = (Reference::booking(), Reference::booking());

        let token = keys.sign(Purpose::ManageBooking, &mine, now + 1.hour());

        assert!(keys.verify(&token, Purpose::ManageBooking, &mine, now));
        assert!(!keys.verify(&token, Purpose::ManageBooking, &other, now));
        assert!(!keys.verify(&token, Purpose::ManageBooking, &mine, now + 1.hour()));
    }

    #[test]
    fn a_token_with_any_bit_changed_is_refused() {
        let keys = keys(OLD);
        let now: Timestamp = "2026-12-01T14:00:00Z".parse().unwrap();
        let reference = Reference::booking();
        let token = keys.sign(Purpose::ManageBooking, &reference, now + 1.hour());
        let bytes = URL_SAFE_NO_PAD.decode(&token).unwrap();

        for bit in 0..bytes.len() * 8 {
            let mut forged = bytes.clone();
            forged[bit / 8] ^= 1 << (bit % 8);
            let forged = URL_SAFE_NO_PAD.encode(forged);
            assert!(
                !keys.verify(&forged, Purpose::ManageBooking, &reference, now),
                "bit {bit}"
            );
        }
        assert!(!keys.verify("", Purpose::ManageBooking, &reference, now));
        assert!(!keys.verify(&token[..20], Purpose::ManageBooking, &reference, now));
    }

    #[test]
    fn links_of_the_key_before_still_work() {
        let now: Timestamp = "2026-12-01T14:00:00Z".parse().unwrap();
        let reference = Reference::booking();
        let token = keys(OLD).sign(Purpose::ManageBooking, &reference, now + 1.hour());

        let rotated = keys(&format!("{NEW},{OLD}"));

        assert!(rotated.verify(&token, Purpose::ManageBooking, &reference, now));
        assert!(!keys(NEW).verify(&token, Purpose::ManageBooking, &reference, now));
    }
}
