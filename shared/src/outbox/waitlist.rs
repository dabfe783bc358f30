//! The facts of mails to those on the waiting list, as they are stored until the mailer writes the letter.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use super::{
    appointment::Appointment,
    facts::{Facts, Person},
};
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
    /// Whom staff call if the mail does not arrive. The mail does not say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<Person>,
}

impl Facts for WaitlistJoined {
    fn about(&self) -> String {
        self.reference.to_string()
    }

    fn reference(&self) -> Option<&Reference> {
        Some(&self.reference)
    }

    fn person(&self) -> Option<Person> {
        self.person.clone()
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
    /// Whom staff call if the mail does not arrive. The mail does not say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<Person>,
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

    fn person(&self) -> Option<Person> {
        self.person.clone()
    }

    fn appointment(&self) -> Option<&Appointment> {
        Some(&self.appointment)
    }
}
