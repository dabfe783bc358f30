//! The kinds of mail: for whom each is, and what it is about.
//!
//! `.github/CONTRIBUTING.md` says how to add one.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    appointment::Appointment,
    appointments::{
        BookingCancelled, BookingChangedToStaff, BookingConfirmed, BookingDeclined, BookingExpired,
        BookingMoved, BookingMustMove, BookingProposed, BookingReminder, BookingRequested,
        BookingToStaff,
    },
    digest::Digest,
    facts::{Facts, MessageReceipt, MessageToStaff, Person},
    links::BookingLinks,
    waitlist::{WaitlistJoined, WaitlistOffer},
};
use crate::{
    reference::Reference,
    values::{EmailAddress, PhoneNumber},
};

/// Whom a kind of mail is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    Staff,
    /// The visitor who wrote or the patient who booked. Such a mail repeats nothing that was typed:
    /// somebody who fills in another person's address could otherwise send them anything in the clinic's
    /// name.
    Visitor,
}

/// What a kind of mail is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    Message,
    Booking,
    /// Everything that waits on one day.
    Day,
    Mail,
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident is $name:literal, to $audience:ident about $about:ident;)*) => {
        /// What kind of mail it is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        #[schema(as = MailKind)]
        pub enum Kind {
            $($(#[$doc])* $kind,)*
        }

        /// What a mail says: its kind, and the facts of it.
        #[derive(Clone, Debug, Serialize, Deserialize)]
        #[serde(tag = "kind", rename_all = "snake_case")]
        pub enum Letter {
            $($(#[$doc])* $kind($kind),)*
        }

        impl Kind {
            /// All kinds, in the order of the list.
            pub const ALL: &[Self] = &[$(Self::$kind),*];

            /// The name that is stored, that SES tags carry, and that the API shows.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$kind => $name,)* }
            }

            #[must_use]
            pub fn audience(self) -> Audience {
                match self { $(Self::$kind => Audience::$audience,)* }
            }

            #[must_use]
            pub fn about(self) -> About {
                match self { $(Self::$kind => About::$about,)* }
            }
        }

        impl Letter {
            #[must_use]
            pub fn kind(&self) -> Kind {
                match self { $(Self::$kind(_) => Kind::$kind,)* }
            }

            fn facts(&self) -> &dyn Facts {
                match self { $(Self::$kind(facts) => facts,)* }
            }
        }

        $(impl From<$kind> for Letter {
            fn from(facts: $kind) -> Self {
                Self::$kind(facts)
            }
        })*
    };
}

kinds! {
    /// A visitor wrote; staff reply.
    MessageToStaff is "message_to_staff", to Staff about Message;
    /// The visitor's receipt of a message that was not quarantined, or was released.
    MessageReceipt is "message_receipt", to Visitor about Message;
    /// Somebody asks for an appointment, or has booked one.
    BookingToStaff is "booking_to_staff", to Staff about Booking;
    /// The receipt of a request for an appointment, which the clinic still has to confirm.
    BookingRequested is "booking_requested", to Visitor about Booking;
    /// Something happened to a booking that staff know of: it was moved, accepted or cancelled, or has expired.
    BookingChangedToStaff is "booking_changed_to_staff", to Staff about Booking;
    /// The patient's confirmation of an appointment.
    BookingConfirmed is "booking_confirmed", to Visitor about Booking;
    /// The clinic cannot give the patient this time.
    BookingDeclined is "booking_declined", to Visitor about Booking;
    /// The clinic asks the patient to choose another start.
    BookingProposed is "booking_proposed", to Visitor about Booking;
    /// The patient has moved their appointment.
    BookingMoved is "booking_moved", to Visitor about Booking;
    /// The patient has called their appointment off.
    BookingCancelled is "booking_cancelled", to Visitor about Booking;
    /// Nobody answered the patient's request in time.
    BookingExpired is "booking_expired", to Visitor about Booking;
    /// The clinic cannot see the patient at this time after all, and asks them to choose another.
    BookingMustMove is "booking_must_move", to Visitor about Booking;
    /// Reminds the patient of an appointment that is near.
    BookingReminder is "booking_reminder", to Visitor about Booking;
    /// The links to a patient's appointments, which they have asked for again.
    BookingLinks is "booking_links", to Visitor about Booking;
    /// Somebody is on the waiting list.
    WaitlistJoined is "waitlist_joined", to Visitor about Booking;
    /// A time has become free that somebody on the waiting list wants.
    WaitlistOffer is "waitlist_offer", to Visitor about Booking;
    /// What waits for staff, once a day: visits, requests, messages, and mails that did not arrive.
    Digest is "digest", to Staff about Day;
    /// A mail could not be delivered; staff see to it.
    Undelivered is "undelivered", to Staff about Mail;
}

/// A mail's id: `<about>/<kind>/<revision>`. It starts with the reference of the message or booking that
/// the mail is about; a digest's starts with its date.
#[must_use]
pub fn mail_id(about: &str, kind: Kind, revision: u32) -> String {
    format!("{about}/{}/{revision}", kind.name())
}

/// The id of one of several mails that would have the same [`mail_id`].
#[must_use]
pub fn part_id(mail_id: &str, part: u32) -> String {
    format!("{mail_id}/{part}")
}

/// The facts of a mail about another one, whose kind it names. It repeats nothing of that mail, whose content may
/// be why it was refused. Whom to call is known for a mail to a visitor, which says nothing of what they typed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Undelivered {
    /// What the mail was about, if that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<Reference>,
    /// The kind of the mail; `None` when only a newer version knows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<Kind>,
    /// The whole id of the mail. One that has changed since may fail as well, and is another thing to report.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of_id: Option<String>,
    /// The id of the mail, when its kind is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<String>,
    /// What SES said, or why the mail was given up.
    pub reason: String,
    /// Staff's page, where the mail linked to it.
    pub review_url: Option<String>,
    /// Who did not get the mail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<Person>,
    /// Whether they got it, and reported it as spam.
    #[serde(default)]
    pub is_complaint: bool,
    /// The appointment that the mail was about, as it was then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub appointment: Option<Appointment>,
}

/// Why a mail did not do what it is for.
#[derive(Debug)]
pub struct Failure<'a> {
    /// The id of the mail.
    pub id: &'a str,
    pub reason: &'a str,
    /// Who did not get it, for a mail to a visitor.
    pub person: Option<Person>,
    pub is_complaint: bool,
}

impl Facts for Undelivered {
    fn about(&self) -> String {
        let known = || {
            let (reference, of) = (self.reference.as_ref()?, self.of?);
            Some(format!("{reference}/{}", of.name()))
        };
        let mail = self.of_id.clone().or_else(|| self.mail.clone());
        let mail = mail.or_else(known);
        mail.unwrap_or_default()
    }

    fn reference(&self) -> Option<&Reference> {
        self.reference.as_ref()
    }
}

impl Letter {
    /// What the mail is about, which is the first part of its id: a reference, mostly.
    #[must_use]
    pub fn about(&self) -> String {
        self.facts().about()
    }

    /// The mail's id at that revision of what it is about: [`mail_id`], and its part if it is one of several.
    #[must_use]
    pub fn id(&self, revision: u32) -> String {
        let id = mail_id(&self.about(), self.kind(), revision);
        match self.facts().part() {
            Some(part) => part_id(&id, part),
            None => id,
        }
    }

    /// When the mail is to be sent; `None` is at once.
    #[must_use]
    pub fn due_at(&self) -> Option<Timestamp> {
        self.facts().due_at()
    }

    /// From when on nobody has any use for the mail, if there is such a moment.
    #[must_use]
    pub fn useless_from(&self) -> Option<Timestamp> {
        self.facts().useless_from()
    }

    /// The message or booking that the mail is about; `None` for a mail about several.
    #[must_use]
    pub fn reference(&self) -> Option<&Reference> {
        self.facts().reference()
    }

    /// All messages and bookings that the mail tells of; none for a digest, which has sections.
    #[must_use]
    pub fn references(&self) -> Vec<&Reference> {
        self.facts().references()
    }

    /// The address that an answer goes to, if it is the visitor's; else answers go to the clinic.
    #[must_use]
    pub fn reply_to(&self) -> Option<&EmailAddress> {
        self.facts().sender()
    }

    /// Who wrote or booked, in staff's first mail about it.
    #[must_use]
    pub fn person(&self) -> Option<Person> {
        self.facts().person()
    }

    /// The phone number of the visitor or patient, in a mail to staff that has it.
    #[must_use]
    pub fn phone(&self) -> Option<&PhoneNumber> {
        self.facts().phone()
    }

    /// The notice to staff when the mail cannot be delivered. `None` for a digest, which the next digest makes up
    /// for, and for such a notice itself.
    #[must_use]
    pub fn undelivered(&self, failure: Failure<'_>) -> Option<Self> {
        if self.kind() == Kind::Undelivered {
            return None;
        }
        let reference = self.reference()?.clone();
        Some(Self::Undelivered(Undelivered {
            reference: Some(reference),
            of: Some(self.kind()),
            of_id: Some(failure.id.to_owned()),
            mail: None,
            reason: failure.reason.to_owned(),
            review_url: self.facts().review_url().map(str::to_owned),
            person: failure.person,
            is_complaint: failure.is_complaint,
            appointment: self.facts().appointment().cloned(),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_stored_under_its_name() {
        for kind in Kind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
        }
    }
}
