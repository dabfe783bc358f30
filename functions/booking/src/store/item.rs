//! A booking as an item of the Booking table.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use shared::{
    clinic::Place,
    guard::Reason,
    reference::Reference,
    store::{ExpiresAt, Key, Moment},
    values::{FreeText, PractitionerId, RoomId, ServiceId},
};

use crate::{
    booking::{Booking, Claim, Patient, Proposal, Reminders, Status, Told},
    time::{Cells, Slot},
};

pub(super) const WHAT: &str = "booking";
const PARTITION: &str = "booking#";
const PLACE: &str = "booking";
/// The partition of the index `due` that the sweep looks at: what waits for an answer, and other things that are left to
/// do.
pub(super) const QUEUE: &str = "due";

/// The key of a booking.
pub(super) fn key(reference: &Reference) -> Key {
    Key::pair(WHAT, format!("{PARTITION}{reference}"), PLACE)
}

/// The reference of the booking that a partition holds.
pub(super) fn reference(partition: &str) -> Option<Reference> {
    Reference::parse_booking(partition.strip_prefix(PARTITION)?)
}

/// Whether a partition holds a booking.
pub(super) fn is_booking(partition: &str) -> bool {
    partition.starts_with(PARTITION)
}

/// `practitioner` and `start` are the key of the index `agenda`.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct BookingItem {
    reference: Reference,
    status: Status,
    service: ServiceId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    place: Option<Place>,
    practitioner: PractitionerId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    room: Option<RoomId>,
    start: Moment,
    end: Moment,
    day: Date,
    first_cell: u16,
    end_cell: u16,
    patient: Patient,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<FreeText>,
    /// Bookings of before December 2026 have none.
    #[serde(default)]
    consent_version: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    suspicions: Vec<Reason>,
    revision: u32,
    requested_at: Moment,
    /// The partition of its pointer. Bookings of before December 2026 have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    person: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    record: Option<String>,
    /// With `queue`, the key of the index `due`: when it expires unless somebody answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    due_at: Option<Moment>,
    /// [`QUEUE`] while `due_at` is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    queue: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    proposed: Vec<ProposalItem>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    must_move: Option<Moment>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    waitlist: Option<Reference>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    note: Option<FreeText>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cancel_reason: Option<FreeText>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    told: Vec<Told>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reminders: Option<Reminders>,
    pub(super) expires_at: ExpiresAt,
}

#[derive(Debug, Serialize, Deserialize)]
struct ProposalItem {
    start: Moment,
    end: Moment,
    practitioners: Vec<PractitionerId>,
}

impl BookingItem {
    /// The booking as an item that is kept for `keep_days` after the appointment.
    pub(super) fn of(booking: &Booking, keep_days: u32) -> Self {
        let booking = booking.clone();
        let claim = booking.claim;
        Self {
            reference: booking.reference,
            status: booking.status,
            service: booking.service,
            place: booking.place,
            start: Moment(claim.start()),
            end: Moment(claim.end()),
            first_cell: claim.slot.cells.first(),
            end_cell: claim.slot.cells.end(),
            practitioner: claim.practitioner,
            room: claim.room,
            day: claim.date,
            patient: booking.patient,
            reason: booking.reason,
            consent_version: booking.consent_version,
            suspicions: booking.suspicions,
            revision: booking.revision,
            requested_at: Moment(booking.requested_at),
            person: booking.person,
            record: booking.record,
            due_at: booking.answer_by.map(Moment),
            queue: booking.answer_by.map(|_| QUEUE.to_owned()),
            proposed: booking.proposed.into_iter().map(Into::into).collect(),
            must_move: booking.must_move,
            waitlist: booking.waitlist,
            note: booking.note,
            cancel_reason: booking.cancel_reason,
            told: booking.told,
            reminders: booking.reminders,
            expires_at: ExpiresAt::days_after(claim.slot.end, keep_days),
        }
    }
}

impl From<BookingItem> for Booking {
    fn from(item: BookingItem) -> Self {
        Self {
            reference: item.reference,
            status: item.status,
            service: item.service,
            place: item.place,
            claim: Claim {
                practitioner: item.practitioner,
                room: item.room,
                date: item.day,
                slot: Slot {
                    start: item.start.0,
                    end: item.end.0,
                    cells: Cells::between(item.first_cell, item.end_cell),
                },
            },
            patient: item.patient,
            reason: item.reason,
            consent_version: item.consent_version,
            suspicions: item.suspicions,
            revision: item.revision,
            requested_at: item.requested_at.0,
            person: item.person,
            record: item.record,
            answer_by: item.due_at.map(|due| due.0),
            proposed: item.proposed.into_iter().map(Into::into).collect(),
            must_move: item.must_move,
            waitlist: item.waitlist,
            note: item.note,
            cancel_reason: item.cancel_reason,
            told: item.told,
            reminders: item.reminders,
        }
    }
}

impl From<Proposal> for ProposalItem {
    fn from(proposal: Proposal) -> Self {
        Self {
            start: Moment(proposal.start),
            end: Moment(proposal.end),
            practitioners: proposal.practitioners,
        }
    }
}

impl From<ProposalItem> for Proposal {
    fn from(item: ProposalItem) -> Self {
        Self {
            start: item.start.0,
            end: item.end.0,
            practitioners: item.practitioners,
        }
    }
}
