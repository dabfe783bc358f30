//! Links to a booking, the patient's and staff's, and to an entry in the waiting list.

use jiff::{SignedDuration, Timestamp};
use shared::{
    link::{LinkKeys, Purpose},
    reference::Reference,
    values::EmailAddress,
};

use crate::booking::Booking;

/// What a stand-in for an address is used for.
const PERSON: &str = "bookings-of-person";

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

    pub(crate) fn keys(&self) -> &LinkKeys {
        &self.keys
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

    /// A link to the page of somebody on the waiting list.
    pub(crate) fn of_waitlist(&self, reference: &Reference) -> String {
        let token = self.token(Purpose::ManageWaitlist, reference);
        format!("{}/waitlist/{reference}?token={token}", self.api_url)
    }

    /// A stand-in for a patient's address, under which their bookings are found; see [`Self::persons`].
    pub(crate) fn person(&self, email: &EmailAddress) -> String {
        self.keys.pseudonym(PERSON, "", &lower_case(email))
    }

    /// A stand-in for the mailbox that an address leads to, whichever of its addresses that is.
    pub(crate) fn mailbox(&self, email: &EmailAddress) -> String {
        self.keys.pseudonym(PERSON, "", &email.mailbox())
    }

    /// All stand-ins under which bookings of this address may be kept: one for each key.
    pub(crate) fn persons(&self, email: &EmailAddress) -> Vec<String> {
        self.keys.pseudonyms(PERSON, "", &lower_case(email))
    }

    fn token(&self, purpose: Purpose, reference: &Reference) -> String {
        self.keys.sign(purpose, reference.as_str(), Timestamp::MAX)
    }

    /// The booking, or the entry in the waiting list, that a link leads to, if it is for this purpose. Links of before
    /// December 2026 say when they end; it does not count. `None`, alike, for unknown, forged and foreign links.
    pub(crate) fn verify(&self, purpose: Purpose, raw: &str, token: &str) -> Option<Reference> {
        let reference = match purpose {
            Purpose::ManageWaitlist => Reference::parse_waitlist(raw),
            _ => Reference::parse_booking(raw),
        }?;
        let signed = self.keys.expiry(token, purpose, reference.as_str());
        signed.map(|_| reference)
    }
}

/// Addresses are compared without regard to case, and exactly otherwise.
fn lower_case(email: &EmailAddress) -> String {
    email.as_str().to_lowercase()
}

/// Whether links to the booking still work.
pub(crate) fn still_lead_to(booking: &Booking, now: Timestamp) -> bool {
    now.duration_since(booking.claim.end()) < LINK_OUTLASTS
}
