//! Capability links: a link allows its holder to do the one thing that it names, until it expires.
//!
//! A token is `HMAC-SHA256(key, purpose, subject, version, expiry)`, compared in constant time. Unknown, expired and
//! forged tokens are all refused alike.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha2::Sha256;

use crate::environment::Environment;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Opens the patient's page of a booking.
    ManageBooking,
    /// Opens staff's page of a booking.
    DecideBooking,
    /// Opens the page of somebody on the waiting list.
    ManageWaitlist,
    /// Opens staff's page of a message.
    ReviewMessage,
    /// Opens the preview of an article.
    PreviewArticle,
    /// Allows nothing. It only says when a form was opened.
    FillInForm,
}

impl Purpose {
    fn name(self) -> &'static [u8] {
        match self {
            Self::ManageBooking => b"manage-booking",
            Self::DecideBooking => b"decide-booking",
            Self::ManageWaitlist => b"manage-waitlist",
            Self::ReviewMessage => b"review-message",
            Self::PreviewArticle => b"preview-article",
            Self::FillInForm => b"fill-in-form",
        }
    }
}

/// The keys. The first one signs and all of them verify, so that a key can be changed while links are in use.
#[derive(Clone)]
pub struct LinkKeys(Vec<Vec<u8>>);

#[derive(Debug, thiserror::Error)]
pub enum LinkKeysError {
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

    /// A token that allows `purpose` on `subject` (a reference, mostly) until `expiry` (to the second).
    #[must_use]
    pub fn sign(&self, purpose: Purpose, subject: &str, expiry: Timestamp) -> String {
        let expiry = expiry.as_second().to_be_bytes();
        let tag = self.0.first().map(|key| {
            let mac = mac(key, purpose, subject, expiry);
            mac.finalize().into_bytes()
        });
        let mut token = vec![VERSION];
        token.extend(expiry);
        token.extend(tag.into_iter().flatten());
        URL_SAFE_NO_PAD.encode(token)
    }

    /// Whether `token` allows `purpose` on `subject` at `now`.
    #[must_use]
    pub fn verify(&self, token: &str, purpose: Purpose, subject: &str, now: Timestamp) -> bool {
        self.expiry(token, purpose, subject)
            .is_some_and(|expiry| now < expiry)
    }

    /// When `token` expires or has expired. `None` if it was not signed with these keys for `purpose` on
    /// `subject`.
    #[must_use]
    pub fn expiry(&self, token: &str, purpose: Purpose, subject: &str) -> Option<Timestamp> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (&[VERSION], rest) = bytes.split_first_chunk::<1>()? else {
            return None;
        };
        let (expiry, tag) = rest.split_first_chunk::<8>()?;
        let signed = self.0.iter().any(|key| {
            mac(key, purpose, subject, *expiry)
                .verify_slice(tag)
                .is_ok()
        });
        let expiry = Timestamp::from_second(i64::from_be_bytes(*expiry)).ok()?;
        signed.then_some(expiry)
    }

    /// Keys for another use, the newest first: `HMAC-SHA256(key, label)`, in base64url.
    #[must_use]
    pub fn derived(&self, label: &str) -> Vec<String> {
        let derive = |key: &Vec<u8>| URL_SAFE_NO_PAD.encode(hmac(key, label.as_bytes()));
        self.0.iter().map(derive).collect()
    }

    /// A stand-in for a `text` that must not be kept: its HMAC-SHA256 under the newest key, in base64url. Another
    /// `label` (the use) or `salt` (a date, for example) gives another pseudonym.
    #[must_use]
    pub fn pseudonym(&self, label: &str, salt: &str, text: &str) -> String {
        pseudonym(self.0.first().map_or(&[], Vec::as_slice), label, salt, text)
    }

    /// The pseudonyms of a `text` under each of the keys, the newest first: to find what was kept under an older one.
    #[must_use]
    pub fn pseudonyms(&self, label: &str, salt: &str, text: &str) -> Vec<String> {
        let keys = self.0.iter();
        keys.map(|key| pseudonym(key, label, salt, text)).collect()
    }
}

fn pseudonym(key: &[u8], label: &str, salt: &str, text: &str) -> String {
    let key = hmac(&hmac(key, label.as_bytes()), salt.as_bytes());
    URL_SAFE_NO_PAD.encode(hmac(&key, text.as_bytes()))
}

fn hmac(key: &[u8], text: &[u8]) -> [u8; 32] {
    let mut mac = keyed(key);
    mac.update(text);
    mac.finalize().into_bytes().into()
}

fn keyed(key: &[u8]) -> Hmac<Sha256> {
    #[expect(
        clippy::expect_used,
        reason = "HMAC takes a key of any length (RFC 2104)"
    )]
    Hmac::<Sha256>::new_from_slice(key).expect("any length of key")
}

fn mac(key: &[u8], purpose: Purpose, subject: &str, expiry: [u8; 8]) -> Hmac<Sha256> {
    let mut mac = keyed(key);
    for part in [purpose.name(), subject.as_bytes(), &[VERSION], &expiry] {
        // The lengths keep the parts apart.
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
        let (mine, other) = ("B-00000-00000", "B-00000-00001");

        let token = keys.sign(Purpose::ManageBooking, mine, now + 1.hour());

        assert!(keys.verify(&token, Purpose::ManageBooking, mine, now));
        assert!(!keys.verify(&token, Purpose::ManageBooking, other, now));
        assert!(!keys.verify(&token, Purpose::ReviewMessage, mine, now));
        assert!(!keys.verify(&token, Purpose::ManageBooking, mine, now + 1.hour()));
    }

    #[test]
    fn a_token_with_any_bit_changed_is_refused() {
        let keys = keys(OLD);
        let now: Timestamp = "2026-12-01T14:00:00Z".parse().unwrap();
        let reference = "B-00000-00000";
        let token = keys.sign(Purpose::ManageBooking, reference, now + 1.hour());
        let bytes = URL_SAFE_NO_PAD.decode(&token).unwrap();

        for bit in 0..bytes.len() * 8 {
            let mut forged = bytes.clone();
            forged[bit / 8] ^= 1 << (bit % 8);
            let forged = URL_SAFE_NO_PAD.encode(forged);
            assert!(
                !keys.verify(&forged, Purpose::ManageBooking, reference, now),
                "bit {bit}"
            );
        }
        assert!(!keys.verify("", Purpose::ManageBooking, reference, now));
        assert!(!keys.verify(&token[..20], Purpose::ManageBooking, reference, now));
    }

    #[test]
    fn a_pseudonym_changes_with_the_day_the_use_and_the_key() {
        let of = |keys: &LinkKeys, label, salt| keys.pseudonym(label, salt, "192.0.2.1");
        let first = of(&keys(OLD), "sender", "2026-12-01");

        assert_eq!(first, of(&keys(OLD), "sender", "2026-12-01"));
        assert_ne!(first, of(&keys(OLD), "sender", "2026-12-02"));
        assert_ne!(first, of(&keys(OLD), "other", "2026-12-01"));
        assert_ne!(first, of(&keys(NEW), "sender", "2026-12-01"));
    }

    #[test]
    fn links_of_the_key_before_still_work() {
        let now: Timestamp = "2026-12-01T14:00:00Z".parse().unwrap();
        let reference = "B-00000-00000";
        let token = keys(OLD).sign(Purpose::ManageBooking, reference, now + 1.hour());

        let rotated = keys(&format!("{NEW},{OLD}"));

        assert!(rotated.verify(&token, Purpose::ManageBooking, reference, now));
        assert!(!keys(NEW).verify(&token, Purpose::ManageBooking, reference, now));
    }
}
