//! What patients and staff can do with a booking now.

use jiff::Timestamp;
use serde::Serialize;
use shared::clinic::Clinic;
use utoipa::ToSchema;

use super::{Barred, Booking, Event, StaffAnswer, Status};

/// What a patient can do with their booking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = BookingAction)]
pub(crate) enum Action {
    /// Take the time that is offered, or one of the starts that were proposed.
    Accept,
    Cancel,
    Reschedule,
}

impl Booking {
    /// Whether the patient can still move it.
    ///
    /// # Errors
    /// [`Barred`].
    pub(crate) fn can_move(&self, clinic: &Clinic, now: Timestamp) -> Result<(), Barred> {
        if self.status == Status::Offered {
            return Err(Barred::WrongState);
        }
        self.allows(&Event::Cancel { reason: None }, clinic, now)
    }

    /// Whether its time is held for the patient to take.
    pub(crate) fn is_offered(&self, now: Timestamp) -> bool {
        let is_open = self.answer_by.is_none_or(|by| by > now);
        self.status == Status::Offered && is_open && self.claim.start() > now
    }

    /// Whether staff, who saw that revision, can still answer it.
    ///
    /// # Errors
    /// [`Barred`].
    pub(crate) fn can_answer(
        &self,
        seen: Option<u32>,
        clinic: &Clinic,
        now: Timestamp,
    ) -> Result<(), Barred> {
        let answer = StaffAnswer::Confirm;
        self.allows(&Event::Answer { answer, seen }, clinic, now)
    }

    /// What the patient can do with it now.
    pub(crate) fn can(&self, clinic: &Clinic, now: Timestamp) -> Vec<Action> {
        let can_cancel = self.allows(&Event::Cancel { reason: None }, clinic, now);
        let can_move = can_cancel.is_ok() && self.status != Status::Offered;
        let acceptable = self.proposed.iter().any(|proposal| proposal.start > now);
        let of = |action, possible: bool| possible.then_some(action);
        let actions = [
            of(
                Action::Accept,
                self.status == Status::Requested && acceptable || self.is_offered(now),
            ),
            of(Action::Cancel, can_cancel.is_ok()),
            of(Action::Reschedule, can_move),
        ];
        actions.into_iter().flatten().collect()
    }
}
