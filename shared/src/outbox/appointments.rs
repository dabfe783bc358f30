//! The facts of mails about bookings, as they are stored until the mailer writes the letter.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{
    appointment::Appointment,
    facts::{Facts, Person},
};
use crate::{
    reference::Reference,
    values::{EmailAddress, FreeText, PersonName, PhoneNumber},
};

/// Whether the clinic still has to confirm the booking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    Requested,
    Confirmed,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BookingToStaff {
    pub standing: Standing,
    pub appointment: Appointment,
    /// The name of the room that is held for it, if it needs one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub room: Option<String>,
    pub name: PersonName,
    /// One of `email` and `phone` is always there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<EmailAddress>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<PhoneNumber>,
    /// Whether the patient says that they have been here before.
    pub returning: bool,
    /// Why they come, if the clinic wants it in its mail.
    pub reason: Option<FreeText>,
    /// Whether they wrote why they come, and the mail does not say it.
    #[serde(default)]
    pub reason_kept_back: bool,
    /// Staff's page of the booking: a capability link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review_url: Option<String>,
    /// When a request expires unless it is answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer_by: Option<Timestamp>,
    /// Why the booking waits for an answer although its service needs none, in words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub suspicions: Vec<String>,
}

impl Facts for BookingToStaff {
    fn about(&self) -> String {
        self.appointment.reference.to_string()
    }

    fn person(&self) -> Option<Person> {
        Some(Person {
            name: self.name.clone(),
            email: self.email.clone(),
            phone: self.phone.clone(),
            review_url: self.review_url.clone(),
        })
    }

    fn appointment(&self) -> Option<&Appointment> {
        Some(&self.appointment)
    }

    /// An answer is possible until the request expires, and a visit is news until it is over.
    fn useless_from(&self) -> Option<Timestamp> {
        match self.standing {
            Standing::Requested => self.answer_by.or(Some(self.appointment.start)),
            Standing::Confirmed => Some(self.appointment.end),
        }
    }

    fn review_url(&self) -> Option<&str> {
        self.review_url.as_deref()
    }

    fn reference(&self) -> Option<&Reference> {
        Some(&self.appointment.reference)
    }

    fn sender(&self) -> Option<&EmailAddress> {
        self.email.as_ref()
    }

    fn phone(&self) -> Option<&PhoneNumber> {
        self.phone.as_ref()
    }
}

/// What happened to a booking that staff know of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// The patient took a start that staff had proposed: it is confirmed.
    Accepted,
    Moved,
    Cancelled,
    /// Nobody answered the request in time.
    Expired,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BookingChangedToStaff {
    pub change: Change,
    /// The appointment as it is now.
    pub standing: Standing,
    pub appointment: Appointment,
    /// The name of the room that is held for it, if it needs one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub room: Option<String>,
    /// When it was before it was moved, or before another start was taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Timestamp>,
    pub name: PersonName,
    /// One of `email` and `phone` is always there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<EmailAddress>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<PhoneNumber>,
    /// Why the patient called it off, if the clinic wants that in its mail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<FreeText>,
    /// Whether they wrote why, and the mail does not say it.
    #[serde(default)]
    pub reason_kept_back: bool,
    /// Staff's page of the booking: a capability link.
    pub review_url: String,
    /// When a request expires unless it is answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer_by: Option<Timestamp>,
    /// Whether staff had proposed other starts when it happened.
    #[serde(default)]
    pub proposed: bool,
}

impl Facts for BookingChangedToStaff {
    fn about(&self) -> String {
        self.appointment.reference.to_string()
    }

    fn appointment(&self) -> Option<&Appointment> {
        Some(&self.appointment)
    }

    fn review_url(&self) -> Option<&str> {
        Some(&self.review_url)
    }

    fn reference(&self) -> Option<&Reference> {
        Some(&self.appointment.reference)
    }

    fn sender(&self) -> Option<&EmailAddress> {
        self.email.as_ref()
    }

    fn phone(&self) -> Option<&PhoneNumber> {
        self.phone.as_ref()
    }
}

/// A start that staff propose, and with whom.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ProposedStart {
    pub start: Timestamp,
    /// The practitioner's name; `None` if it could be with one of several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub practitioner: Option<String>,
}

/// The facts of mails to a patient: the appointment, the link to their page, and more.
macro_rules! to_patient {
    ($($(#[$doc:meta])* $name:ident { $($(#[$meta:meta])* $field:ident: $type:ty,)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, Serialize, Deserialize)]
        pub struct $name {
            pub appointment: Appointment,
            /// The patient's page of the booking: a capability link.
            pub manage_url: String,
            $($(#[$meta])* pub $field: $type,)*
        }

        impl Facts for $name {
            fn about(&self) -> String {
                self.appointment.reference.to_string()
            }

            fn reference(&self) -> Option<&Reference> {
                Some(&self.appointment.reference)
            }

            fn appointment(&self) -> Option<&Appointment> {
                Some(&self.appointment)
            }

            /// When the visit is over, a mail about it only confuses.
            fn useless_from(&self) -> Option<Timestamp> {
                Some(self.appointment.end)
            }
        }
    )*};
}

/// A reminder waits in the outbox until it is due, and is withdrawn when the appointment moves or is called off.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BookingReminder {
    pub appointment: Appointment,
    /// The patient's page of the booking: a capability link.
    pub manage_url: String,
    /// How many hours before the start it is to be sent.
    pub hours: u32,
}

impl Facts for BookingReminder {
    fn about(&self) -> String {
        self.appointment.reference.to_string()
    }

    fn reference(&self) -> Option<&Reference> {
        Some(&self.appointment.reference)
    }

    fn appointment(&self) -> Option<&Appointment> {
        Some(&self.appointment)
    }

    fn due_at(&self) -> Option<Timestamp> {
        let before = SignedDuration::from_hours(i64::from(self.hours));
        self.appointment.start.checked_sub(before).ok()
    }

    fn useless_from(&self) -> Option<Timestamp> {
        Some(self.appointment.start)
    }

    fn part(&self) -> Option<u32> {
        Some(self.hours)
    }
}

to_patient! {
    BookingRequested {
        /// When the request expires unless it is answered.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        answer_by: Option<Timestamp>,
        /// Whether they were asked to choose another time, and need not any more.
        #[serde(default)]
        restored: bool,
    }
    BookingConfirmed {
        /// Whether they were asked to choose another time, and need not any more.
        #[serde(default)]
        restored: bool,
    }
    BookingDeclined {
        /// What staff wrote to the patient.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<FreeText>,
    }
    BookingProposed {
        /// The earliest start comes first.
        proposed: Vec<ProposedStart>,
        /// When the request expires unless the patient takes one of them.
        answer_by: Timestamp,
        /// What staff wrote to the patient.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<FreeText>,
    }
    BookingMoved {
        /// Whether the new time still has to be confirmed.
        standing: Standing,
        /// The start that it had before.
        before: Timestamp,
    }
    /// The practitioner is away then: the patient has to choose another time.
    BookingMustMove {}
    BookingCancelled {}
    BookingExpired {
        /// Whether the clinic had proposed other starts, and the patient took none.
        #[serde(default)]
        proposed: bool,
        /// Whether it was a time that was offered to somebody on the waiting list.
        #[serde(default)]
        offered: bool,
    }
}
