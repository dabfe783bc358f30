//! The context of a request.

use std::sync::Arc;

use jiff::Timestamp;
use shared::clinic::Clinic;

use crate::{booking::Booking, links::BookingLinks};

/// The clinic as it is published, the present moment, and the links to bookings.
pub(crate) struct Context<'a> {
    pub(crate) clinic: Arc<Clinic>,
    pub(crate) now: Timestamp,
    pub(crate) links: &'a BookingLinks,
}

impl Context<'_> {
    /// The link to the patient's page of the booking.
    pub(crate) fn manage_url(&self, booking: &Booking) -> String {
        self.links.of_patient(&booking.reference)
    }

    /// The link to staff's page of the booking.
    pub(crate) fn decision_url(&self, booking: &Booking) -> String {
        self.links.of_staff(&booking.reference)
    }
}
