//! A booking's life: what each event makes of it, without the store.

use jiff::Timestamp;
use shared::{clinic::Clinic, store::Moment};

use super::{
    Barred, Booking, Choice, Event, Next, Notice, Proposal, Reminders, StaffAnswer, Status,
    Transition, Withdrawn,
};

/// When a request for an appointment at `start` expires: once the clinic has had its opening hours to answer, and no
/// later than when the minimum notice begins.
pub(crate) fn answer_by(start: Timestamp, clinic: &Clinic, now: Timestamp) -> Timestamp {
    let rules = clinic.booking();
    let by = clinic.after_opening_hours(now, rules.answer_within);
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
        self.tell(&mut step, now);
        self.remind(&mut step, clinic, now);
        Ok(Next::Changed(Box::new(step)))
    }

    /// Once there is news, mails about the booking as it was would mislead: those that still wait are withdrawn. So is the
    /// offer of a time that is not held any more.
    fn tell(&self, step: &mut Transition, now: Timestamp) {
        let mut to_patient = step.notices.iter().filter(|one| one.is_to_patient());
        if let Some(notice) = to_patient.next() {
            step.after.is_told_by(notice.kind(), now);
            if let Some(last) = step.after.told.pop() {
                step.withdraws.told = std::mem::replace(&mut step.after.told, vec![last]);
            }
        } else if self.status == Status::Offered {
            step.withdraws.told = std::mem::take(&mut step.after.told);
        }
    }

    /// Reminders go with a confirmed time: a new one has new reminders, and what is called off has none.
    fn remind(&self, step: &mut Transition, clinic: &Clinic, now: Timestamp) {
        let stays = matches!(step.after.status, Status::Confirmed | Status::NoShow);
        let is_as_it_was = self.status == Status::Confirmed
            && step.after.claim == self.claim
            && step.after.must_move == self.must_move;
        if stays && is_as_it_was {
            return;
        }
        step.after.reminders = Reminders::of(&step.after, clinic, now);
        step.withdraws.reminders.clone_from(&self.reminders);
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
            Event::Answer { answer, .. } => match answer {
                StaffAnswer::Confirm => self.status == Status::Confirmed,
                StaffAnswer::Decline { .. } => self.status == Status::Declined,
                StaffAnswer::Propose { starts, note } => {
                    self.status == Status::Requested && self.proposes(starts) && self.note == *note
                }
            },
            Event::Accept(choice) => {
                self.status == Status::Confirmed && self.claim.start() == choice.claim.start()
            }
            Event::Move(choice) => {
                matches!(self.status, Status::Requested | Status::Confirmed)
                    && choice.among.contains(&self.claim)
            }
            Event::Cancel { .. } | Event::LetGo => self.status == Status::Cancelled,
            Event::TakeOffer => self.status == Status::Confirmed && self.waitlist.is_some(),
            Event::Expire | Event::Retract => self.status == Status::Expired,
            Event::Displace => self.must_move.is_some(),
            Event::Restore => self.must_move.is_none(),
            Event::MissVisit => self.status == Status::NoShow,
        }
    }

    fn proposes(&self, starts: &[Proposal]) -> bool {
        let of = |proposals: &[Proposal]| -> Vec<Timestamp> {
            proposals.iter().map(|proposal| proposal.start).collect()
        };
        of(&self.proposed) == of(starts)
    }

    pub(super) fn allows(
        &self,
        event: &Event,
        clinic: &Clinic,
        now: Timestamp,
    ) -> Result<(), Barred> {
        let is_over = self.claim.end() <= now;
        let (start, status) = (self.claim.start(), self.status);
        let before = |moment: Timestamp| (now < moment).then_some(()).ok_or(Barred::TooLate);
        match (event, status) {
            (Event::Answer { answer, seen }, Status::Requested) => {
                // The patient may have moved it since staff opened their page.
                if seen.is_some_and(|seen| seen != self.revision) {
                    return Err(Barred::WrongState);
                }
                match answer {
                    StaffAnswer::Decline { .. } => Ok(()),
                    StaffAnswer::Confirm | StaffAnswer::Propose { .. } => before(start),
                }
            }
            (Event::Cancel { .. } | Event::Move(_), Status::Requested)
            | (Event::Cancel { .. } | Event::LetGo, Status::Offered)
            | (Event::Displace | Event::Restore, Status::Requested | Status::Confirmed) => {
                before(start)
            }
            (Event::TakeOffer, Status::Offered) if !self.is_offered(now) => Err(Barred::WrongState),
            (Event::TakeOffer | Event::Retract, Status::Offered) => Ok(()),
            (Event::Accept(choice), Status::Requested) => {
                self.proposal(choice.claim.start())?;
                before(choice.claim.start())
            }
            (Event::Expire, Status::Requested | Status::Offered) => {
                // An answer may have come since it was found to be due.
                let is_due = self.answer_by.is_some_and(|by| by <= now);
                is_due.then_some(()).ok_or(Barred::WrongState)
            }
            (Event::Cancel { .. } | Event::Move(_), Status::Confirmed)
                if self.must_move.is_some() =>
            {
                before(start)
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
        // What staff wrote with their last answer is about that answer only.
        after.note = None;
        let mut step = match event {
            Event::Answer { answer, .. } => after.answered(answer, clinic, now),
            Event::Accept(choice) => {
                after.claim = choice.claim.clone();
                after.confirm();
                after.told(&[Notice::Confirmed, Notice::ChangedToStaff])
            }
            Event::Move(choice) => after.moved(choice, clinic, now),
            Event::Cancel { .. } | Event::LetGo => {
                if let Event::Cancel { reason } = event {
                    after.cancel_reason.clone_from(reason);
                }
                after.end(Status::Cancelled);
                // Staff have never heard of an offer, and the patient has just said so.
                after.told(match self.status {
                    Status::Offered => &[],
                    _ => &[Notice::Cancelled, Notice::ChangedToStaff],
                })
            }
            Event::TakeOffer => {
                after.confirm();
                after.told(&[Notice::Confirmed, Notice::NewToStaff])
            }
            Event::Expire | Event::Retract => {
                after.end(Status::Expired);
                after.told(match self.status {
                    Status::Offered => &[Notice::Expired],
                    _ => &[Notice::Expired, Notice::ChangedToStaff],
                })
            }
            Event::Displace => {
                after.must_move = Some(Moment(now));
                after.told(&[Notice::MustMove])
            }
            Event::Restore => {
                after.must_move = None;
                after.told(match self.status {
                    Status::Confirmed => &[Notice::Confirmed],
                    _ => &[Notice::Requested],
                })
            }
            Event::MissVisit => {
                after.status = Status::NoShow;
                after.told(&[])
            }
        };
        self.change_time(&mut step, event);
        step
    }

    /// What the step takes of the days of practitioners and rooms, and what it gives back.
    fn change_time(&self, step: &mut Transition, event: &Event) {
        // The practitioner may have taken time off since the time was offered, so the day is checked once more.
        let looks_again = matches!(event, Event::TakeOffer);
        let moves = step.after.claim != self.claim;
        let stays = step.after.status.is_live() && !moves;
        step.takes = (moves || looks_again).then(|| step.after.claim.clone());
        step.gives_back = (!stays || looks_again).then(|| self.claim.clone());
    }

    /// The step that a move to another time makes.
    fn moved(mut self, choice: &Choice, clinic: &Clinic, now: Timestamp) -> Transition {
        self.claim = choice.claim.clone();
        self.proposed.clear();
        self.must_move = None;
        if self.status == Status::Requested {
            self.answer_by = Some(answer_by(self.claim.start(), clinic, now));
        }
        self.told(&[Notice::Moved, Notice::ChangedToStaff])
    }

    /// The step that an answer of staff makes.
    fn answered(mut self, answer: &StaffAnswer, clinic: &Clinic, now: Timestamp) -> Transition {
        match answer {
            StaffAnswer::Confirm => {
                self.confirm();
                self.told(&[Notice::Confirmed])
            }
            StaffAnswer::Decline { note } => {
                self.note.clone_from(note);
                self.end(Status::Declined);
                self.told(&[Notice::Declined])
            }
            StaffAnswer::Propose { starts, note } => {
                self.note.clone_from(note);
                self.proposed.clone_from(starts);
                self.answer_by = Some(answer_by(self.claim.start(), clinic, now));
                self.told(&[Notice::Proposed])
            }
        }
    }

    fn confirm(&mut self) {
        self.end(Status::Confirmed);
    }

    /// Nobody is waited for any more.
    fn end(&mut self, status: Status) {
        self.status = status;
        self.answer_by = None;
        self.proposed.clear();
        self.must_move = None;
    }

    fn told(self, notices: &'static [Notice]) -> Transition {
        Transition {
            after: self,
            takes: None,
            gives_back: None,
            notices,
            withdraws: Withdrawn::default(),
        }
    }
}
