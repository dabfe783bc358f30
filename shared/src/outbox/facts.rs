//! The facts of mails about messages, as they are stored until the mailer writes the letter. Those about bookings are in
//! `appointments`; those of `undelivered` and `digest` have files of their own.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::appointment::Appointment;
use crate::{
    reference::Reference,
    values::{EmailAddress, FreeText, PersonName, PhoneNumber},
};

/// Who wrote or booked, and how staff reach them.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Person {
    pub name: PersonName,
    /// One of `email` and `phone` is always there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<EmailAddress>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<PhoneNumber>,
    /// Staff's page of the message or booking: a capability link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review_url: Option<String>,
}

/// What the outbox needs to know about a letter's facts.
pub(super) trait Facts {
    /// What the mail is about; the first part of its id.
    fn about(&self) -> String;

    /// The one message or booking that it is about.
    fn reference(&self) -> Option<&Reference>;

    /// Who wrote or booked, where staff answer them.
    fn sender(&self) -> Option<&EmailAddress> {
        None
    }

    /// The phone number of who wrote or booked, where staff call them.
    fn phone(&self) -> Option<&PhoneNumber> {
        None
    }

    /// Who wrote or booked, as staff's first mail about it says.
    fn person(&self) -> Option<Person> {
        None
    }

    /// The appointment that it is about, as it was when the mail was queued.
    fn appointment(&self) -> Option<&Appointment> {
        None
    }

    /// Staff's page, where the mail links to it.
    fn review_url(&self) -> Option<&str> {
        None
    }

    /// All messages and bookings that it tells of, one by one; a digest has sections instead.
    fn references(&self) -> Vec<&Reference> {
        self.reference().into_iter().collect()
    }

    /// When the mail is to be sent. `None` is at once.
    fn due_at(&self) -> Option<Timestamp> {
        None
    }

    /// From when on nobody has any use for the mail. It is not sent then.
    fn useless_from(&self) -> Option<Timestamp> {
        None
    }

    /// Which mail it is, where one change queues several of a kind about the same thing.
    fn part(&self) -> Option<u32> {
        None
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MessageToStaff {
    pub reference: Reference,
    pub name: PersonName,
    /// One of `email` and `phone` is always there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<EmailAddress>,
    pub phone: Option<PhoneNumber>,
    /// The topic's name, as the form shows it.
    pub topic: Option<String>,
    /// What they wrote, if the clinic wants it in its mail.
    pub message: Option<FreeText>,
    /// The page that the form was on.
    pub page: Option<String>,
    pub received_at: Timestamp,
    /// Staff's page of the message: a capability link.
    pub review_url: String,
}

impl Facts for MessageToStaff {
    fn about(&self) -> String {
        self.reference.to_string()
    }

    fn reference(&self) -> Option<&Reference> {
        Some(&self.reference)
    }

    fn sender(&self) -> Option<&EmailAddress> {
        self.email.as_ref()
    }

    fn phone(&self) -> Option<&PhoneNumber> {
        self.phone.as_ref()
    }

    fn person(&self) -> Option<Person> {
        Some(Person {
            name: self.name.clone(),
            email: self.email.clone(),
            phone: self.phone.clone(),
            review_url: Some(self.review_url.clone()),
        })
    }

    fn review_url(&self) -> Option<&str> {
        Some(&self.review_url)
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MessageReceipt {
    pub reference: Reference,
    pub received_at: Timestamp,
    /// The clinic's advice about the message's topic, for those who cannot wait.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub advice: Option<String>,
}

impl Facts for MessageReceipt {
    fn about(&self) -> String {
        self.reference.to_string()
    }

    fn reference(&self) -> Option<&Reference> {
        Some(&self.reference)
    }
}
