//! Links to a booking: the patient's, and staff's.

use jiff::{SignedDuration, Timestamp};
use shared::{
    http::Problem,
    link::{LinkKeys, Purpose},
    reference::Reference,
};

use crate::booking::Booking;

/// How long after the appointment a link still works.
const LINK_OUTLASTS: SignedDuration = SignedDuration::from_hours(24 * 30);

/// Makes and checks the links to bookings. They carry no end of their own, since a visit can be moved: a link works
/// until 30 days after the booking's end as it stands then.
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

    /// A link to the patient's page.
    pub(crate) fn of_patient(&self, reference: &Reference) -> String {
        let token = self.token(Purpose::ManageBooking, reference);
        format!("{}/bookings/{reference}?token={token}", self.api_url)
    }

    /// A link to staff's page.
    pub(crate) fn of_staff(&self, reference: &Reference) -> String {
        let token = self.token(Purpose::DecideBooking, reference);
        format!(
            "{}/bookings/{reference}/decision?token={token}",
            self.api_url
        )
    }

    fn token(&self, purpose: Purpose, reference: &Reference) -> String {
        self.keys.sign(purpose, reference.as_str(), Timestamp::MAX)
    }

    /// The booking that a link leads to, if it is for this purpose. Links of before December 2026 say when they end;
    /// it does not count.
    ///
    /// # Errors
    /// 404, alike for unknown, forged and foreign links.
    pub(crate) fn verify(
        &self,
        purpose: Purpose,
        raw: &str,
        token: &str,
    ) -> Result<Reference, Problem> {
        let reference = Reference::parse_booking(raw).ok_or_else(Problem::not_found)?;
        let signed = self.keys.expiry(token, purpose, reference.as_str());
        signed.map(|_| reference).ok_or_else(Problem::not_found)
    }
}

/// Whether links to the booking still work.
pub(crate) fn still_lead_to(booking: &Booking, now: Timestamp) -> bool {
    now.duration_since(booking.claim.end()) < LINK_OUTLASTS
}
