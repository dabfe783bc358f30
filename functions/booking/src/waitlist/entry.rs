//! An entry in the waiting list, and what is offered to it.

use jiff::{SignedDuration, Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use shared::{
    clinic::{Clinic, Service},
    guard::Reason,
    outbox::Kind,
    reference::Reference,
    store::Moment,
    values::{PractitionerId, ServiceId},
};
use utoipa::ToSchema;

use super::Wanted;
use crate::{
    booking::{Booking, Claim, Patient, Status, Told},
    rules::accepted,
};

/// A time is not offered to somebody who would have less than this to take it.
const LEAST_TO_ANSWER: SignedDuration = SignedDuration::from_mins(15);

/// How many times are offered for one entry. Whoever takes none of them is not asked any more: each holds its time for some
/// hours.
const MOST_OFFERS: usize = 4;

/// Where an entry is in its life, as it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = WaitlistStatus)]
pub(crate) enum EntryStatus {
    Waiting,
    /// A time is held for them, which they can take.
    Offered,
    /// They have taken a time.
    Booked,
    Left,
    /// No time that suited them has become free in time, or they took none of those that were offered.
    Over,
    /// A state that only another version knows. It is left alone.
    #[serde(other)]
    Unknown,
}

/// Somebody who waits for a time.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) reference: Reference,
    pub(crate) status: EntryStatus,
    pub(crate) service: ServiceId,
    /// `None` is any practitioner who offers the service.
    pub(crate) practitioner: Option<PractitionerId>,
    /// The first day that suits them, in the clinic's time zone.
    pub(crate) from: Date,
    /// The last day that suits them.
    pub(crate) to: Date,
    pub(crate) patient: Patient,
    /// The version of the text that they agreed to.
    pub(crate) consent_version: String,
    /// Why staff should look at a booking of theirs.
    pub(crate) suspicions: Vec<Reason>,
    /// The name of the idempotency record, if they joined without a key.
    pub(crate) record: Option<String>,
    /// How many times it has changed.
    pub(crate) revision: u32,
    /// Their place in the line.
    pub(crate) joined_at: Timestamp,
    /// The starts that were offered. None is offered again.
    pub(crate) offered: Vec<Moment>,
    /// The booking that holds a time for them.
    pub(crate) offer: Option<Reference>,
}

impl Entry {
    pub(crate) fn wanted(&self) -> Wanted {
        Wanted {
            service: self.service.clone(),
            practitioner: self.practitioner.clone(),
            from: self.from,
            to: self.to,
        }
    }

    /// Whether the service is for them.
    pub(crate) fn is_accepted(&self, service: &Service) -> bool {
        accepted(service, self.patient.returning).is_ok()
    }

    /// Until when a start is held for them that is offered now. `None` when it cannot be offered: it was before, or the
    /// minimum notice is too near.
    pub(crate) fn answer_by(
        &self,
        start: Timestamp,
        clinic: &Clinic,
        now: Timestamp,
    ) -> Option<Timestamp> {
        if self.offered.contains(&Moment(start)) {
            return None;
        }
        let rules = clinic.booking();
        let by = clinic.after_opening_hours(now, rules.offer_for);
        let by = by.min(start.checked_sub(rules.minimum_notice).ok()?);
        (by.duration_since(now) >= LEAST_TO_ANSWER).then_some(by)
    }

    /// The booking that holds a time for them.
    pub(crate) fn offer(
        &self,
        claim: Claim,
        answer_by: Timestamp,
        clinic: &Clinic,
        now: Timestamp,
    ) -> Booking {
        let service = clinic.service(self.service.as_str());
        Booking {
            reference: Reference::booking(),
            status: Status::Offered,
            service: self.service.clone(),
            place: service.map(|service| service.place),
            claim,
            patient: self.patient.clone(),
            reason: None,
            consent_version: self.consent_version.clone(),
            suspicions: self.suspicions.clone(),
            revision: 0,
            requested_at: now,
            person: None,
            record: None,
            answer_by: Some(answer_by),
            proposed: Vec::new(),
            must_move: None,
            waitlist: Some(self.reference.clone()),
            note: None,
            cancel_reason: None,
            told: vec![Told {
                kind: Kind::WaitlistOffer,
                revision: 0,
                queued_at: Moment(now),
            }],
            reminders: None,
        }
    }

    /// The entry while that booking holds a time for them.
    pub(crate) fn with_offer(&self, booking: &Booking) -> Self {
        let mut after = self.changed(EntryStatus::Offered);
        after.offered.push(Moment(booking.claim.start()));
        after.offer = Some(booking.reference.clone());
        after
    }

    /// The entry after the booking that held a time for them has become that. `None` when that changes nothing.
    pub(crate) fn after_offer(&self, booking: &Booking) -> Option<Self> {
        let is_open =
            self.status == EntryStatus::Offered && self.offer.as_ref() == Some(&booking.reference);
        match booking.status {
            Status::Confirmed => Some(self.changed(EntryStatus::Booked)),
            _ if self.had_enough() => is_open.then(|| self.changed(EntryStatus::Over)),
            // They keep their place in the line.
            _ => is_open.then(|| self.changed(EntryStatus::Waiting)),
        }
    }

    /// Whether they were offered as many times as anybody is.
    pub(crate) fn had_enough(&self) -> bool {
        self.offered.len() >= MOST_OFFERS
    }

    /// The entry after they have left. `None` when they are not in the line any more.
    pub(crate) fn left(&self) -> Option<Self> {
        let is_in_line = matches!(self.status, EntryStatus::Waiting | EntryStatus::Offered);
        is_in_line.then(|| self.changed(EntryStatus::Left))
    }

    /// The entry once the days that they wanted are over.
    pub(crate) fn over(&self) -> Self {
        self.changed(EntryStatus::Over)
    }

    fn changed(&self, status: EntryStatus) -> Self {
        Self {
            status,
            revision: self.revision + 1,
            offer: None,
            ..self.clone()
        }
    }
}
