//! The facts of mails to those on the waiting list, as they are stored until the mailer writes the letter.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use super::{appointments::Appointment, facts::Facts};
use crate::reference::Reference;

/// Somebody is on the waiting list now.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct WaitlistJoined {
    pub reference: Reference,
    /// The service's name, as patients read it.
    pub service: String,
    /// The practitioner's name; `None` if anybody will do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub practitioner: Option<String>,
    /// The first day that suits them, at the clinic.
    pub from: Date,
    /// The last day that suits them.
    pub to: Date,
    /// For how many opening hours a time is held that is offered to them.
    pub offer_hours: u32,
    /// Their page of the waiting list: a capability link.
    pub manage_url: String,
}

impl Facts for WaitlistJoined {
    fn about(&self) -> String {
        self.reference.to_string()
    }

    fn reference(&self) -> Option<&Reference> {
        Some(&self.reference)
    }
}

/// Time has become free that somebody on the waiting list wants. It is held for them.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct WaitlistOffer {
    pub appointment: Appointment,
    /// The patient's page of the booking that holds it: a capability link.
    pub manage_url: String,
    /// Until when it is held.
    pub answer_by: Timestamp,
    /// Their page of the waiting list: a capability link.
    pub waitlist_url: String,
}

impl Facts for WaitlistOffer {
    fn about(&self) -> String {
        self.appointment.reference.to_string()
    }

    fn reference(&self) -> Option<&Reference> {
        Some(&self.appointment.reference)
    }

    fn useless_from(&self) -> Option<Timestamp> {
        Some(self.answer_by)
    }
}
