//! An entry in the waiting list, and what is offered to it.

use jiff::{SignedDuration, Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use shared::{
    clinic::Clinic,
    guard::Reason,
    outbox::Kind,
    reference::Reference,
    store::Moment,
    values::{PractitionerId, ServiceId},
};
use utoipa::ToSchema;

use crate::{
    booking::{Booking, Claim, Patient, Status, Told},
    time::{Search, after_opening_hours},
};

/// A time is not offered to somebody who would have less than this to take it.
const LEAST_TO_ANSWER: SignedDuration = SignedDuration::from_mins(15);

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
    /// A search for what suits them within these days. `None` when nothing can: the days do not meet theirs, the clinic no
    /// longer offers the service, or it is not for them.
    pub(crate) fn search<'a>(
        &self,
        (from, to): (Date, Date),
        clinic: &'a Clinic,
    ) -> Option<Search<'a>> {
        let (from, to) = (from.max(self.from), to.min(self.to));
        let service = clinic.service(self.service.as_str())?;
        let is_theirs = service.patients.include(self.patient.returning);
        let mut practitioners: Vec<_> = clinic.offering(service).collect();
        let wanted = self.practitioner.as_ref();
        practitioners.retain(|one| wanted.is_none_or(|wanted| *wanted == one.id));
        let possible = from <= to && is_theirs && !practitioners.is_empty();
        possible.then_some(Search {
            service,
            practitioners,
            from,
            to,
        })
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
        let by = after_opening_hours(clinic, now, rules.offer_for);
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
            // They keep their place in the line.
            _ => is_open.then(|| self.changed(EntryStatus::Waiting)),
        }
    }

    /// The entry after they have left. `None` when they are not in the line any more.
    pub(crate) fn left(&self) -> Option<Self> {
        let is_in_line = matches!(self.status, EntryStatus::Waiting | EntryStatus::Offered);
        is_in_line.then(|| self.changed(EntryStatus::Left))
    }

    fn changed(&self, status: EntryStatus) -> Self {
        Self {
            status,
            revision: self.revision + 1,
            offer: None,
            ..self.clone()
        }
    }

    /// Whether they still wait, and some of their days are to come.
    pub(crate) fn is_waiting(&self, today: Date) -> bool {
        self.status == EntryStatus::Waiting && self.to >= today
    }
}
