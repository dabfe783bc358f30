//! Staff's links to their page of a message.

use jiff::{SignedDuration, Timestamp};
use shared::{
    clinic::Clinic,
    http::Problem,
    link::{LinkKeys, Purpose},
    reference::Reference,
};

/// Makes and checks staff's links.
#[derive(Clone)]
pub(crate) struct ReviewLinks {
    keys: LinkKeys,
    api_url: String,
}

impl ReviewLinks {
    pub(crate) fn new(keys: LinkKeys, api_url: &str) -> Self {
        Self {
            keys,
            api_url: api_url.to_owned(),
        }
    }

    /// A link that works for as long as the message is kept.
    pub(crate) fn of(
        &self,
        reference: &Reference,
        received_at: Timestamp,
        clinic: &Clinic,
    ) -> String {
        let lasts = SignedDuration::from_hours(24 * i64::from(clinic.retention().messages_days));
        let expiry = received_at.saturating_add(lasts).unwrap_or(Timestamp::MAX);
        let token = self
            .keys
            .sign(Purpose::ReviewMessage, reference.as_str(), expiry);
        format!("{}/contact/{reference}/review?token={token}", self.api_url)
    }

    /// The message that a link leads to.
    ///
    /// # Errors
    /// 404, alike for unknown, forged, expired and foreign links.
    pub(crate) fn verify(
        &self,
        raw: &str,
        token: &str,
        now: Timestamp,
    ) -> Result<Reference, Problem> {
        let reference = Reference::parse_contact(raw).ok_or_else(Problem::not_found)?;
        let purpose = Purpose::ReviewMessage;
        let allowed = self.keys.verify(token, purpose, reference.as_str(), now);
        allowed.then_some(reference).ok_or_else(Problem::not_found)
    }
}
