//! A visit that a time off is in the way of, as the office reads of it.

use jiff::Timestamp;
use shared::reference::Reference;

use super::Office;
use crate::booking::{Booking, Status, service_name};

/// A visit that a time off is in the way of.
#[derive(Clone, Debug)]
pub struct InTheWay {
    pub reference: Reference,
    pub start: Timestamp,
    /// The service's name, as patients read it.
    pub service: String,
    /// Whether the clinic has confirmed it.
    pub is_confirmed: bool,
    /// Whether its patient can be written to.
    pub has_email: bool,
    pub asked: Asked,
}

/// Whether a patient is asked by mail to choose another time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    No,
    /// They are mailed within a minute.
    Now,
    Before,
}

impl Office {
    /// `is_asked` is whether its patient is being asked to choose another time.
    pub(super) fn visit_in_the_way(&self, booking: Booking, is_asked: bool) -> InTheWay {
        let has_email = booking.patient.email.is_some();
        InTheWay {
            start: booking.claim.start(),
            service: service_name(&booking.service, &self.clinic).to_owned(),
            is_confirmed: booking.status != Status::Requested,
            has_email,
            asked: match (has_email, booking.must_move) {
                (true, Some(_)) => Asked::Before,
                (true, None) if is_asked => Asked::Now,
                _ => Asked::No,
            },
            reference: booking.reference,
        }
    }
}
