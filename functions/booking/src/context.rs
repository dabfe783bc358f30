//! The context of a request.

use std::sync::Arc;

use jiff::Timestamp;
use shared::clinic::Clinic;

use crate::{booking::Booking, links::ManageLinks};

/// The clinic as it is published, the present moment, and patients' links.
pub(crate) struct Context<'a> {
    pub(crate) clinic: Arc<Clinic>,
    pub(crate) now: Timestamp,
    pub(crate) links: &'a ManageLinks,
}

impl Context<'_> {
    /// The link to the patient's page of the booking. It works until 30 days after the appointment.
    pub(crate) fn manage_url(&self, booking: &Booking) -> String {
        self.links.of(&booking.reference, booking.slot.end)
    }
}
