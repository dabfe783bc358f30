//! Patients' links to their page of a booking.

use jiff::{SignedDuration, Timestamp};
use shared::{
    http::Problem,
    link::{LinkKeys, Purpose},
    reference::Reference,
};

/// How long after the appointment a link still works.
const LINK_OUTLASTS: SignedDuration = SignedDuration::from_hours(24 * 30);

/// Makes and checks patients' links.
#[derive(Clone)]
pub(crate) struct ManageLinks {
    keys: LinkKeys,
    api_url: String,
}

impl ManageLinks {
    pub(crate) fn new(keys: LinkKeys, api_url: &str) -> Self {
        Self {
            keys,
            api_url: api_url.to_owned(),
        }
    }

    /// A link that works until 30 days after `end`, the end of the appointment.
    pub(crate) fn of(&self, reference: &Reference, end: Timestamp) -> String {
        let expiry = end.saturating_add(LINK_OUTLASTS).unwrap_or(Timestamp::MAX);
        let purpose = Purpose::ManageBooking;
        let token = self.keys.sign(purpose, reference.as_str(), expiry);
        format!("{}/bookings/{reference}?token={token}", self.api_url)
    }

    /// The booking that a link leads to.
    ///
    /// # Errors
    /// 404, alike for unknown, forged, expired and foreign links.
    pub(crate) fn verify(
        &self,
        raw: &str,
        token: &str,
        now: Timestamp,
    ) -> Result<Reference, Problem> {
        let reference = Reference::parse_booking(raw).ok_or_else(Problem::not_found)?;
        let purpose = Purpose::ManageBooking;
        let allowed = self.keys.verify(token, purpose, reference.as_str(), now);
        allowed.then_some(reference).ok_or_else(Problem::not_found)
    }
}
