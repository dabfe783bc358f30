//! Links to a booking: the patient's, and staff's.

use jiff::{SignedDuration, Timestamp};
use shared::{
    http::Problem,
    link::{LinkKeys, Purpose},
    reference::Reference,
};

/// How long after the appointment a link still works.
const LINK_OUTLASTS: SignedDuration = SignedDuration::from_hours(24 * 30);

/// Makes and checks the links to bookings.
#[derive(Clone)]
pub(crate) struct BookingLinks {
    keys: LinkKeys,
    api_url: String,
}

impl BookingLinks {
    pub(crate) fn new(keys: LinkKeys, api_url: &str) -> Self {
        Self {
            keys,
            api_url: api_url.to_owned(),
        }
    }

    /// A link to the patient's page that works until 30 days after `end`, the end of the appointment.
    pub(crate) fn of_patient(&self, reference: &Reference, end: Timestamp) -> String {
        let token = self.token(Purpose::ManageBooking, reference, end);
        format!("{}/bookings/{reference}?token={token}", self.api_url)
    }

    /// A link to staff's page, for as long as the patient's.
    pub(crate) fn of_staff(&self, reference: &Reference, end: Timestamp) -> String {
        let token = self.token(Purpose::DecideBooking, reference, end);
        format!(
            "{}/bookings/{reference}/decision?token={token}",
            self.api_url
        )
    }

    fn token(&self, purpose: Purpose, reference: &Reference, end: Timestamp) -> String {
        let expiry = end.saturating_add(LINK_OUTLASTS).unwrap_or(Timestamp::MAX);
        self.keys.sign(purpose, reference.as_str(), expiry)
    }

    /// The booking that a link leads to, if it is for this purpose.
    ///
    /// # Errors
    /// 404, alike for unknown, forged, expired and foreign links.
    pub(crate) fn verify(
        &self,
        purpose: Purpose,
        raw: &str,
        token: &str,
        now: Timestamp,
    ) -> Result<Reference, Problem> {
        let reference = Reference::parse_booking(raw).ok_or_else(Problem::not_found)?;
        let allowed = self.keys.verify(token, purpose, reference.as_str(), now);
        allowed.then_some(reference).ok_or_else(Problem::not_found)
    }
}
