//! A booking: what it is, what can happen to it, the form it is read from, and the answer to its sender.

mod actions;
mod claim;
mod event;
pub(crate) mod fields;
mod life;
mod look;
mod patient;
mod receipt;
mod reminders;
mod selection;
mod transition;
mod wish;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use shared::{
    clinic::{Clinic, Confirmation, Place},
    guard::Reason,
    outbox::Kind,
    reference::Reference,
    store::Moment,
    values::{FreeText, PractitionerId, ServiceId},
};
use utoipa::ToSchema;

pub(crate) use actions::Action;
pub(crate) use claim::Claim;
pub(crate) use event::{Choice, Event, StaffAnswer};
pub(crate) use life::answer_by;
pub(crate) use look::Look;
pub(crate) use patient::{Needs, Patient, PatientFields};
pub(crate) use receipt::Receipt;
pub(crate) use reminders::Reminders;
pub(crate) use selection::{Selection, Who};
pub(crate) use transition::{Barred, Next, Notice, Transition, Withdrawn};
pub(crate) use wish::{NOT_CONTENT, Wish, date, start, whom};

/// Where a booking is in its life, as it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Status {
    /// It holds its time until the clinic answers.
    Requested,
    /// It holds its time until the patient, who was on the waiting list, takes it.
    Offered,
    Confirmed,
    /// The clinic has said no.
    Declined,
    /// The clinic did not answer in time.
    Expired,
    /// The patient has called it off.
    Cancelled,
    /// The patient did not come.
    NoShow,
    /// A state that only another version knows. It is left alone.
    #[serde(other)]
    Unknown,
}

impl Status {
    /// Whether the booking holds its time.
    pub(crate) fn is_live(self) -> bool {
        match self {
            Self::Requested | Self::Offered | Self::Confirmed | Self::NoShow | Self::Unknown => {
                true
            }
            Self::Declined | Self::Expired | Self::Cancelled => false,
        }
    }
}

/// Where a booking is in its life, as it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = BookingStatus)]
pub(crate) enum Standing {
    Requested,
    /// A time that is held for somebody on the waiting list.
    Offered,
    Confirmed,
    Declined,
    Expired,
    Cancelled,
    NoShow,
    /// It was confirmed, and its end is past.
    Completed,
}

/// A start that staff propose instead of the one that was asked for. Nothing is held for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Proposal {
    pub(crate) start: Timestamp,
    pub(crate) end: Timestamp,
    /// Who was free then when it was proposed.
    pub(crate) practitioners: Vec<PractitionerId>,
}

/// For how long a mail may wait to be sent; then it is given up.
const MAILS_WAIT: SignedDuration = SignedDuration::from_hours(72);

/// A mail to the patient about their booking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Told {
    pub(crate) kind: Kind,
    /// The revision of the booking that it tells of.
    pub(crate) revision: u32,
    pub(crate) queued_at: Moment,
}

/// An appointment that somebody asked for, or has.
#[derive(Clone, Debug)]
pub(crate) struct Booking {
    pub(crate) reference: Reference,
    pub(crate) status: Status,
    pub(crate) service: ServiceId,
    /// Where its service took place when it was booked. Bookings of before December 2026 have none.
    pub(crate) place: Option<Place>,
    pub(crate) claim: Claim,
    pub(crate) patient: Patient,
    pub(crate) reason: Option<FreeText>,
    /// The version of the text that the patient agreed to.
    pub(crate) consent_version: String,
    /// Why it waits for the clinic's answer, if it is suspicious.
    pub(crate) suspicions: Vec<Reason>,
    /// How many times it has changed.
    pub(crate) revision: u32,
    pub(crate) requested_at: Timestamp,
    /// A stand-in for the patient's address, if they left one.
    pub(crate) person: Option<String>,
    /// The name of the idempotency record, if it was asked for without a key.
    pub(crate) record: Option<String>,
    /// When a request expires that nobody has answered, or an offer that nobody has taken. `None` for what needs no
    /// answer.
    pub(crate) answer_by: Option<Timestamp>,
    /// The starts that the patient may choose from instead.
    pub(crate) proposed: Vec<Proposal>,
    /// When the patient was asked to choose another time, if they were.
    pub(crate) must_move: Option<Moment>,
    /// The entry in the waiting list that it was offered for.
    pub(crate) waitlist: Option<Reference>,
    /// What staff wrote to the patient with their last answer.
    pub(crate) note: Option<FreeText>,
    /// Why the patient has called it off.
    pub(crate) cancel_reason: Option<FreeText>,
    /// The mails to the patient that may still wait to be sent, the last one at the end.
    pub(crate) told: Vec<Told>,
    /// The reminders that were queued for it.
    pub(crate) reminders: Option<Reminders>,
}

impl Booking {
    /// Judges a new booking. It is confirmed at once only if its service allows that, if nothing about it is
    /// suspicious, and if the patient can be mailed a link to it. Otherwise the clinic has to answer in time.
    pub(crate) fn judge(
        &mut self,
        suspicions: &[Reason],
        confirmation: Confirmation,
        clinic: &Clinic,
    ) {
        let instant = confirmation == Confirmation::Instant
            && suspicions.is_empty()
            && self.patient.email.is_some();
        self.suspicions = suspicions.to_vec();
        (self.status, self.answer_by) = if instant {
            (Status::Confirmed, None)
        } else {
            let by = answer_by(self.claim.start(), clinic, self.requested_at);
            (Status::Requested, Some(by))
        };
        self.reminders = Reminders::of(self, clinic, self.requested_at);
        let kind = if instant {
            Kind::BookingConfirmed
        } else {
            Kind::BookingRequested
        };
        // A booking that the store finds suspicious is judged a second time.
        self.told.clear();
        self.is_told_by(kind, self.requested_at);
    }

    /// Notes the mail that tells the patient of the booking as it is, if they left an address.
    fn is_told_by(&mut self, kind: Kind, now: Timestamp) {
        let may_wait = |told: &Told| now.duration_since(told.queued_at.0) < MAILS_WAIT;
        self.told.retain(may_wait);
        if self.patient.email.is_some() {
            self.told.push(Told {
                kind,
                revision: self.revision,
                queued_at: Moment(now),
            });
        }
    }

    /// Whether it was offered to somebody on the waiting list, who let it go or let it pass.
    pub(crate) fn was_not_taken(&self) -> bool {
        // Taking it would have been the first change, and this one the second.
        self.waitlist.is_some() && self.revision == 1
    }

    /// Why it waits for the clinic's answer, if it is suspicious, in words for staff.
    pub(crate) fn suspicions_in_words(&self) -> Vec<String> {
        let words = |reason: &Reason| reason.words().to_owned();
        self.suspicions.iter().map(words).collect()
    }

    /// Where the visit takes place, also when the clinic no longer offers its service.
    pub(crate) fn place(&self, clinic: &Clinic) -> Place {
        let service = clinic.service(self.service.as_str());
        let offered = service.map(|service| service.place);
        self.place.or(offered).unwrap_or_default()
    }

    /// Whether erasing it makes time to come free.
    pub(crate) fn holds_time(&self, now: Timestamp) -> bool {
        self.status.is_live() && self.claim.end() > now
    }

    pub(crate) fn standing(&self, now: Timestamp) -> Standing {
        match self.status {
            Status::Confirmed if self.claim.end() <= now => Standing::Completed,
            Status::Confirmed => Standing::Confirmed,
            Status::Requested | Status::Unknown => Standing::Requested,
            Status::Offered => Standing::Offered,
            Status::Declined => Standing::Declined,
            Status::Expired => Standing::Expired,
            Status::Cancelled => Standing::Cancelled,
            Status::NoShow => Standing::NoShow,
        }
    }
}

/// The service's name; its id when the clinic no longer offers it.
pub(crate) fn service_name<'a>(id: &'a ServiceId, clinic: &'a Clinic) -> &'a str {
    let service = clinic.service(id.as_str());
    service.map_or(id.as_str(), |service| &service.name)
}

/// The name of the room that is held for the booking, if it needs one; its id when the clinic has it no more.
pub(crate) fn room_name(booking: &Booking, clinic: &Clinic) -> Option<String> {
    let id = booking.claim.room.as_ref()?;
    let name = clinic.room(id).map(|room| room.name.as_str());
    Some(name.unwrap_or(id.as_str()).to_owned())
}

/// The practitioner's name; their id when they have left the clinic.
pub(crate) fn practitioner_name<'a>(id: &'a PractitionerId, clinic: &'a Clinic) -> &'a str {
    let practitioner = clinic.practitioner(id.as_str());
    practitioner.map_or(id.as_str(), |practitioner| &practitioner.name)
}
