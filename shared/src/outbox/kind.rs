//! The kinds of mail: for whom each is, and what it is about.
//!
//! `.github/CONTRIBUTING.md` says how to add one.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

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

/// Hands the list of all kinds to a macro.
macro_rules! all_kinds {
    ($to:ident) => {
        $to! {
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
    };
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
    };
}

all_kinds!(kinds);
pub(super) use all_kinds;

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
