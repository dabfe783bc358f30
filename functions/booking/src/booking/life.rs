//! A booking's life: what each event makes of it, without the store.

use jiff::Timestamp;
use serde::Serialize;
use shared::{clinic::Clinic, outbox::Kind, values::FreeText};
use utoipa::ToSchema;

use super::{Booking, Claim, Proposal, Reminders, Status};
use crate::time::after_opening_hours;

/// Something that happens to a booking.
#[derive(Clone, Debug)]
pub(crate) enum Event {
    /// Staff confirm it as it was asked for.
    Confirm,
    /// Staff cannot offer it, and propose nothing else.
    Decline { note: Option<FreeText> },
    /// Staff ask for another start, one of these.
    Propose {
        starts: Vec<Proposal>,
        note: Option<FreeText>,
    },
    /// The patient takes a start that was proposed.
    Accept(Claim),
    /// The patient wants another start.
    Move(Claim),
    /// The patient calls it off.
    Cancel { reason: Option<FreeText> },
    /// The time to answer is over.
    Expire,
    /// The patient did not come.
    MissVisit,
}

/// What an event makes of a booking.
#[derive(Debug)]
pub(crate) enum Next {
    /// The same happened before: nothing changes.
    Same,
    Changed(Box<Transition>),
}

/// A step in a booking's life: everything that is written for it, at once.
#[derive(Debug)]
pub(crate) struct Transition {
    pub(crate) after: Booking,
    /// The time that it takes, which has to be free.
    pub(crate) takes: Option<Claim>,
    /// The time that becomes free.
    pub(crate) gives_back: Option<Claim>,
    /// Whom it is told to, by the kinds of the mails. The reminders of `after` are queued besides, if they are new.
    pub(crate) mails: &'static [Kind],
    /// The reminders that must not be sent any more.
    pub(crate) withdraws: Option<Reminders>,
}

impl Transition {
    /// The reminders that it queues.
    pub(crate) fn reminders(&self) -> Option<&Reminders> {
        let reminders = self.after.reminders.as_ref();
        reminders.filter(|reminders| reminders.revision == self.after.revision)
    }
}

/// Why an event cannot happen to a booking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Barred {
    /// Something else has happened before.
    #[error("the booking is in another state")]
    WrongState,
    /// The visit is too near, or has begun.
    #[error("it is too late")]
    TooLate,
    /// The visit has not begun.
    #[error("it is too soon")]
    TooSoon,
    /// That start was not proposed.
    #[error("the start was not proposed")]
    NotProposed,
}

/// What a patient can do with their booking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = BookingAction)]
pub(crate) enum Action {
    /// Take one of the starts that were proposed.
    Accept,
    Cancel,
    Reschedule,
}

/// When a request expires that begins at `start`: after the clinic had its opening hours to answer, and at the latest
/// when the minimum notice begins.
pub(crate) fn answer_by(start: Timestamp, clinic: &Clinic, now: Timestamp) -> Timestamp {
    let rules = clinic.booking();
    let by = after_opening_hours(clinic, now, rules.answer_within);
    let notice = start.saturating_sub(rules.minimum_notice);
    by.min(notice.unwrap_or(Timestamp::MIN))
}

impl Booking {
    /// What the event makes of the booking. The same event again changes nothing.
    ///
    /// # Errors
    /// [`Barred`].
    pub(crate) fn next(
        &self,
        event: &Event,
        clinic: &Clinic,
        now: Timestamp,
    ) -> Result<Next, Barred> {
        if self.has_seen(event) {
            return Ok(Next::Same);
        }
        self.allows(event, clinic, now)?;
        let mut step = self.step(event, clinic, now);
        step.after.revision += 1;
        self.remind(&mut step, clinic, now);
        Ok(Next::Changed(Box::new(step)))
    }

    /// Reminders go with a confirmed time: a new one has new reminders, and what is called off has none.
    fn remind(&self, step: &mut Transition, clinic: &Clinic, now: Timestamp) {
        let is_same = step.after.status.is_live() && step.after.status != Status::Requested;
        if is_same && self.status == Status::Confirmed && step.after.claim == self.claim {
            return;
        }
        step.after.reminders = Reminders::of(&step.after, clinic, now);
        step.withdraws.clone_from(&self.reminders);
    }

    /// What the patient can do with it now.
    pub(crate) fn can(&self, clinic: &Clinic, now: Timestamp) -> Vec<Action> {
        let cancel = Event::Cancel { reason: None };
        let changeable = self.allows(&cancel, clinic, now).is_ok();
        let acceptable = self.proposed.iter().any(|proposal| proposal.start > now);
        let of = |action, possible: bool| possible.then_some(action);
        let actions = [
            of(
                Action::Accept,
                self.status == Status::Requested && acceptable,
            ),
            of(Action::Cancel, changeable),
            of(Action::Reschedule, changeable),
        ];
        actions.into_iter().flatten().collect()
    }

    /// The proposal that the patient accepts. `None` when they have accepted it before.
    ///
    /// # Errors
    /// [`Barred`].
    pub(crate) fn proposal(&self, start: Timestamp) -> Result<Option<&Proposal>, Barred> {
        match self.status {
            Status::Confirmed if self.claim.start() == start => Ok(None),
            Status::Requested => {
                let mut proposed = self.proposed.iter();
                let proposal = proposed.find(|proposal| proposal.start == start);
                proposal.map(Some).ok_or(Barred::NotProposed)
            }
            _ => Err(Barred::WrongState),
        }
    }

    /// Whether the booking is as the event would make it.
    fn has_seen(&self, event: &Event) -> bool {
        match event {
            Event::Confirm => self.status == Status::Confirmed,
            Event::Decline { .. } => self.status == Status::Declined,
            Event::Propose { starts, note } => {
                self.status == Status::Requested && self.proposes(starts) && self.note == *note
            }
            Event::Accept(claim) => {
                self.status == Status::Confirmed && self.claim.start() == claim.start()
            }
            Event::Move(claim) => {
                matches!(self.status, Status::Requested | Status::Confirmed) && self.claim == *claim
            }
            Event::Cancel { .. } => self.status == Status::Cancelled,
            Event::Expire => self.status == Status::Expired,
            Event::MissVisit => self.status == Status::NoShow,
        }
    }

    fn proposes(&self, starts: &[Proposal]) -> bool {
        let of = |proposals: &[Proposal]| -> Vec<Timestamp> {
            proposals.iter().map(|proposal| proposal.start).collect()
        };
        of(&self.proposed) == of(starts)
    }

    fn allows(&self, event: &Event, clinic: &Clinic, now: Timestamp) -> Result<(), Barred> {
        let is_over = self.claim.end() <= now;
        let (start, status) = (self.claim.start(), self.status);
        let before = |moment: Timestamp| (now < moment).then_some(()).ok_or(Barred::TooLate);
        match (event, status) {
            (
                Event::Confirm | Event::Propose { .. } | Event::Cancel { .. } | Event::Move(_),
                Status::Requested,
            ) => before(start),
            (Event::Accept(claim), Status::Requested) => {
                self.proposal(claim.start())?;
                before(claim.start())
            }
            (Event::Decline { .. }, Status::Requested) => Ok(()),
            (Event::Expire, Status::Requested) => {
                // An answer may have come since it was found to be due.
                let is_due = self.answer_by.is_some_and(|by| by <= now);
                is_due.then_some(()).ok_or(Barred::WrongState)
            }
            (Event::Cancel { .. } | Event::Move(_), Status::Confirmed) if !is_over => {
                let left = start.duration_since(now);
                let is_late = left < clinic.booking().cancel_until || left.is_negative();
                (!is_late).then_some(()).ok_or(Barred::TooLate)
            }
            (Event::MissVisit, Status::Confirmed) => {
                (start <= now).then_some(()).ok_or(Barred::TooSoon)
            }
            _ => Err(Barred::WrongState),
        }
    }

    /// The step that an event makes which is allowed.
    fn step(&self, event: &Event, clinic: &Clinic, now: Timestamp) -> Transition {
        let mut after = self.clone();
        let mut step = match event {
            Event::Confirm => {
                after.confirm();
                after.told(&[Kind::BookingConfirmed])
            }
            Event::Decline { note } => {
                after.note.clone_from(note);
                after.end(Status::Declined);
                after.told(&[Kind::BookingDeclined])
            }
            Event::Propose { starts, note } => {
                after.note.clone_from(note);
                after.proposed.clone_from(starts);
                after.answer_by = Some(answer_by(after.claim.start(), clinic, now));
                after.told(&[Kind::BookingProposed])
            }
            Event::Accept(claim) => {
                after.claim = claim.clone();
                after.confirm();
                after.told(&[Kind::BookingConfirmed, Kind::BookingChangedToStaff])
            }
            Event::Move(claim) => {
                after.claim = claim.clone();
                after.proposed.clear();
                after.answer_by = self
                    .answer_by
                    .map(|_| answer_by(claim.start(), clinic, now));
                after.told(&[Kind::BookingMoved, Kind::BookingChangedToStaff])
            }
            Event::Cancel { reason } => {
                after.cancel_reason.clone_from(reason);
                after.end(Status::Cancelled);
                after.told(&[Kind::BookingCancelled, Kind::BookingChangedToStaff])
            }
            Event::Expire => {
                after.end(Status::Expired);
                after.told(&[Kind::BookingExpired, Kind::BookingChangedToStaff])
            }
            Event::MissVisit => {
                after.status = Status::NoShow;
                after.told(&[])
            }
        };
        let stays = step.after.status.is_live() && step.after.claim == self.claim;
        step.takes = (step.after.claim != self.claim).then(|| step.after.claim.clone());
        step.gives_back = (!stays).then(|| self.claim.clone());
        step
    }

    fn confirm(&mut self) {
        self.status = Status::Confirmed;
        self.answer_by = None;
        self.proposed.clear();
    }

    fn end(&mut self, status: Status) {
        self.status = status;
        self.answer_by = None;
        self.proposed.clear();
    }

    fn told(self, mails: &'static [Kind]) -> Transition {
        Transition {
            after: self,
            takes: None,
            gives_back: None,
            mails,
            withdraws: None,
        }
    }
}
