//! Practitioners' time off: added, listed, taken back.
//!
//! What needs the patients' links is left to the sweep: mails to those who have to choose another time, offers to the
//! waiting list.

use jiff::{SignedDuration, Timestamp};
use shared::{
    audit::Action,
    reference::Reference,
    store::{Change, Error},
    values::PractitionerId,
};

use super::{InTheWay, Office};
use crate::{
    booking::{Booking, Status},
    store::{LookAgain, OffChange},
    time::{Off, Stage, TellsPatients, TimeOff},
};

/// How far from now a time off can reach: ten years.
const FARTHEST: SignedDuration = SignedDuration::from_hours(24 * 3_660);

/// A time off that somebody wants to add.
#[derive(Clone, Debug)]
pub struct NewTimeOff {
    pub practitioner: PractitionerId,
    pub from: Timestamp,
    /// The moment at which it is over.
    pub to: Timestamp,
    /// Why, for the practitioner's colleagues.
    pub reason: Option<String>,
    /// Whether the patients whose visits are in its way are asked to choose another time.
    pub tell_patients: bool,
}

/// A time off as it is listed.
#[derive(Clone, Debug)]
pub struct ListedTimeOff {
    pub id: Reference,
    pub practitioner: PractitionerId,
    pub from: Timestamp,
    pub to: Timestamp,
    pub reason: Option<String>,
    pub state: TimeOffState,
}

/// How far a time off has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeOffState {
    /// Not all of its days have it: somebody may still book into it.
    Unfinished,
    Complete,
    /// It is being taken back.
    Removing,
}

/// A time off that was added.
#[derive(Clone, Debug)]
pub struct AddedTimeOff {
    pub time_off: ListedTimeOff,
    /// The visits to come that it is in the way of: they keep their time until somebody moves them.
    pub visits: Vec<InTheWay>,
    /// Whether these explain all of the time that is taken. If not, the agenda may show more a moment later.
    pub are_all: bool,
}

/// A time off that was taken back.
#[derive(Clone, Debug)]
pub struct RemovedTimeOff {
    pub time_off: ListedTimeOff,
    /// Whether the time can be booked again already. Otherwise the waiting list is asked first.
    pub is_free: bool,
    /// Whether it was over already.
    pub is_past: bool,
    /// The visits to come whose patients were asked to choose another time.
    pub asked: Vec<InTheWay>,
}

/// Why a time off was not added or taken back.
#[derive(Debug, thiserror::Error)]
pub enum TimeOffError {
    #[error("the clinic has no practitioner \"{0}\"")]
    NoPractitioner(PractitionerId),
    #[error("time off has to end after it begins, and after now")]
    Over,
    #[error("time off has to begin and end within ten years of now")]
    TooFar,
    #[error("there is no time off {0}: `frontdesk timeoff list` shows what there is")]
    NotFound(Reference),
    /// Somebody else has just changed it.
    #[error("somebody else has just changed {0}: run the command again")]
    Changed(Reference),
    #[error(
        "the store did not answer, or did not take all of it: run the command again, and it goes on"
    )]
    Unavailable(#[from] Error),
}

impl Office {
    /// Adds a time off. The same again goes on with what was left, and adds nothing.
    ///
    /// # Errors
    /// [`TimeOffError`].
    pub async fn add_time_off(
        &self,
        new: NewTimeOff,
        now: Timestamp,
    ) -> Result<AddedTimeOff, TimeOffError> {
        let (before, mut time_off) = self.begun(new, now).await?;
        if time_off.stage == Stage::Adding {
            let spread = self
                .bookings
                .spread(&time_off, OffChange::Add, &self.clinic);
            spread.await?;
        }
        time_off.stage = Stage::There;
        let asks_now = before.tells_patients != time_off.tells_patients;
        let entry = asks_now.then(|| {
            let id = vec![time_off.id().to_string()];
            self.entry(Action::AskedPatientsToMove, id, now)
        });
        // The sweep asks the patients, and takes back what is offered to the waiting list.
        let entry = entry.transpose()?.into_iter().collect();
        self.advance(&before, &time_off, LookAgain::Now, entry, now)
            .await?;
        let met = self.bookings.in_the_way(&time_off, &self.clinic, now);
        let met = met.await?;
        let bookings = met.bookings.into_iter();
        // An offer that nobody has taken is withdrawn.
        let visits = bookings.filter(|one| one.status != Status::Offered);
        let is_asked = time_off.tells_patients == TellsPatients::Yes;
        Ok(AddedTimeOff {
            visits: visits
                .map(|booking| self.visit_in_the_way(booking, is_asked))
                .collect(),
            are_all: met.are_all,
            time_off: listed(time_off),
        })
    }

    /// The time off as it was begun before, or a new one; and how it is stored.
    async fn begun(
        &self,
        new: NewTimeOff,
        now: Timestamp,
    ) -> Result<(TimeOff, TimeOff), TimeOffError> {
        let NewTimeOff {
            practitioner,
            from,
            to,
            reason,
            tell_patients,
        } = new;
        if self.clinic.practitioner(practitioner.as_str()).is_none() {
            return Err(TimeOffError::NoPractitioner(practitioner));
        }
        if to <= from || to <= now {
            return Err(TimeOffError::Over);
        }
        if to.duration_since(now) > FARTHEST || now.duration_since(from) > FARTHEST {
            return Err(TimeOffError::TooFar);
        }
        let tells_patients = if tell_patients {
            TellsPatients::Yes
        } else {
            TellsPatients::No
        };
        let is_the_same = |other: &TimeOff| {
            let range = (other.off.from, other.off.to) == (from, to);
            range && other.practitioner == practitioner && other.stage != Stage::Removing
        };
        let mut all = self.bookings.all_time_off(now).await?.into_iter();
        if let Some(mut begun) = all.find(is_the_same) {
            let before = begun.clone();
            begun.reason = reason.or(begun.reason);
            if tell_patients {
                begun.tells_patients = tells_patients;
            }
            return Ok((before, begun));
        }
        let id = Reference::time_off();
        let entry = self.entry(Action::AddedTimeOff, vec![id.to_string()], now)?;
        let time_off = TimeOff {
            practitioner,
            off: Off { id, from, to },
            reason,
            stage: Stage::Adding,
            revision: 0,
            tells_patients,
        };
        let begun = self.bookings.begin_time_off(&time_off, entry, now);
        begun.await?;
        Ok((time_off.clone(), time_off))
    }

    /// All time off that is not over, the first one first.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn time_off(&self, now: Timestamp) -> Result<Vec<ListedTimeOff>, TimeOffError> {
        let all = self.bookings.all_time_off(now).await?.into_iter();
        Ok(all.filter(|one| one.off.to > now).map(listed).collect())
    }

    /// Takes a time off back. The same again goes on with what was left. When somebody is on the waiting list, the time is
    /// freed by the sweep, which offers it to them first.
    ///
    /// # Errors
    /// [`TimeOffError`].
    pub async fn remove_time_off(
        &self,
        id: &Reference,
        now: Timestamp,
    ) -> Result<RemovedTimeOff, TimeOffError> {
        let found = self.bookings.find_time_off(id).await?;
        let not_found = || TimeOffError::NotFound(id.clone());
        let mut time_off = found.ok_or_else(not_found)?;
        if time_off.stage == Stage::Removed {
            return Err(not_found());
        }
        let around = self.bookings.live_around(&time_off, now).await?.into_iter();
        let asked = around.filter(|one| {
            let claim = &one.claim;
            let meets = time_off.off.meets(claim.start(), claim.end());
            one.must_move.is_some() && claim.start() > now && meets
        });
        let asked: Vec<Booking> = asked.collect();
        let before = time_off.clone();
        time_off.stage = Stage::Removing;
        let entry = self.entry(Action::RemovedTimeOff, vec![id.to_string()], now)?;
        self.advance(&before, &time_off, LookAgain::Later, vec![entry], now)
            .await?;
        time_off.revision = before.revision + 1;
        let line = self.bookings.line(&self.clinic, now).await?;
        if line.is_empty() {
            let spread = self
                .bookings
                .spread(&time_off, OffChange::Remove, &self.clinic);
            spread.await?;
        }
        // The sweep tells the patients who were asked to move, and offers the time to the waiting list.
        let before = time_off.clone();
        self.advance(&before, &time_off, LookAgain::Now, Vec::new(), now)
            .await?;
        let asked = asked.into_iter();
        Ok(RemovedTimeOff {
            is_past: time_off.off.to <= now,
            time_off: listed(time_off),
            is_free: line.is_empty(),
            asked: asked
                .map(|booking| self.visit_in_the_way(booking, true))
                .collect(),
        })
    }

    async fn advance(
        &self,
        before: &TimeOff,
        time_off: &TimeOff,
        look: LookAgain,
        along: Vec<Change>,
        now: Timestamp,
    ) -> Result<(), TimeOffError> {
        let advanced = self
            .bookings
            .advance_time_off(before, time_off, (look, now), along);
        let changed = || TimeOffError::Changed(time_off.id().clone());
        advanced.await?.then_some(()).ok_or_else(changed)
    }
}

fn listed(time_off: TimeOff) -> ListedTimeOff {
    ListedTimeOff {
        id: time_off.off.id,
        practitioner: time_off.practitioner,
        from: time_off.off.from,
        to: time_off.off.to,
        reason: time_off.reason,
        state: match time_off.stage {
            Stage::Adding => TimeOffState::Unfinished,
            Stage::There => TimeOffState::Complete,
            Stage::Removing | Stage::Removed => TimeOffState::Removing,
        },
    }
}
