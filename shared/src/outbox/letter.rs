//! What a mail says: a variant for each kind, with its facts.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    appointments::{
        BookingCancelled, BookingChangedToStaff, BookingConfirmed, BookingDeclined, BookingExpired,
        BookingMoved, BookingMustMove, BookingProposed, BookingReminder, BookingRequested,
        BookingToStaff,
    },
    digest::Digest,
    facts::{Facts, MessageReceipt, MessageToStaff, Person},
    kind::{Kind, all_kinds, mail_id, part_id},
    links::BookingLinks,
    undelivered::{Failure, Undelivered},
    waitlist::{WaitlistJoined, WaitlistOffer},
};
use crate::{
    reference::Reference,
    values::{EmailAddress, PhoneNumber},
};

macro_rules! letter {
    ($($(#[$doc:meta])* $kind:ident is $name:literal, to $audience:ident about $about:ident;)*) => {
        /// What a mail says: its kind, and the facts of it.
        #[derive(Clone, Debug, Serialize, Deserialize)]
        #[serde(tag = "kind", rename_all = "snake_case")]
        pub enum Letter {
            $($(#[$doc])* $kind($kind),)*
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

all_kinds!(letter);

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
