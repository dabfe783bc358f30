//! The context of a request.

use std::sync::Arc;

use jiff::Timestamp;
use shared::{clinic::Clinic, guard::Person};

use crate::{
    booking::{Booking, Patient},
    links::BookingLinks,
    waitlist::Entry,
};

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

    /// The link to the page of somebody on the waiting list.
    pub(crate) fn waitlist_url(&self, entry: &Entry) -> String {
        self.links.of_waitlist(&entry.reference)
    }

    /// The person in whose name the patient's mails are counted.
    pub(crate) fn person(&self, patient: &Patient) -> Person {
        let (email, phone) = (patient.email.as_ref(), patient.phone.as_ref());
        Person::of(email, phone, self.links.keys(), &self.clinic, self.now)
    }

    /// The link to staff's page of the booking.
    pub(crate) fn decision_url(&self, booking: &Booking) -> String {
        self.links.of_staff(&booking.reference)
    }
}
