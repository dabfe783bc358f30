//! The facts of the mail with the links to somebody's bookings.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{appointment::Appointment, appointments::Standing, facts::Facts};
use crate::reference::Reference;

/// A booking of somebody who has lost its link.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BookingLink {
    pub standing: Standing,
    /// Until when it is held for somebody on the waiting list, if it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offered_until: Option<Timestamp>,
    pub appointment: Appointment,
    /// The patient's page of the booking: a capability link.
    pub manage_url: String,
}

/// Somebody who asks for their links looks for them now, and asks again.
const USEFUL: SignedDuration = SignedDuration::from_hours(24);

/// The mail belongs to the first of the bookings.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BookingLinks {
    pub asked_at: Timestamp,
    /// The next one comes first.
    pub bookings: Vec<BookingLink>,
}

impl Facts for BookingLinks {
    fn about(&self) -> String {
        self.reference()
            .map(Reference::to_string)
            .unwrap_or_default()
    }

    fn reference(&self) -> Option<&Reference> {
        let first = self.bookings.first()?;
        Some(&first.appointment.reference)
    }

    fn references(&self) -> Vec<&Reference> {
        let bookings = self.bookings.iter();
        bookings.map(|one| &one.appointment.reference).collect()
    }

    fn useless_from(&self) -> Option<Timestamp> {
        self.asked_at.checked_add(USEFUL).ok()
    }

    /// The moment, in seconds: each request has a mail of its own.
    fn part(&self) -> Option<u32> {
        u32::try_from(self.asked_at.as_second()).ok()
    }
}
