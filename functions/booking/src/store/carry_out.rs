//! What happens to a booking, carried out: one write for the booking, its time, its mails and its line in the audit
//! trail.

use shared::{
    audit::{Action, Actor, Entry},
    guard::{Count, Counted, forget},
    store::{self, Change, Refusals, Tries, Uncommitted, Write},
};

use super::{
    Bookings,
    days::{self, Days, Learned, Whose},
    item::{BookingItem, key},
    pointers,
};
use crate::{
    booking::{Barred, Booking, Claim, Event, Next, StaffAnswer, Transition},
    context::Context,
    mails,
    time::Owner,
};

/// Why something did not happen to a booking.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CarryOutError {
    /// There is no such booking.
    #[error("there is no such booking")]
    NotFound,
    /// It cannot happen to the booking as it is now.
    #[error("it cannot happen to the booking: {why}")]
    Barred { why: Barred, booking: Box<Booking> },
    /// Something is in the way of the new time: another booking, or time off.
    #[error("the slot is taken")]
    SlotTaken {
        booking: Box<Booking>,
        /// Those whose time is not free.
        by: Vec<Owner>,
    },
    /// Its patient was mailed too much today.
    #[error("too many mails were caused")]
    TooMany {
        /// How long to wait until there is room again.
        seconds: u32,
    },
    /// The store did not take it.
    #[error("it could not be stored")]
    Unavailable(#[from] store::Error),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Part {
    Booking,
    /// The cells of the new time.
    Taken(Whose),
    /// The cells of the old time.
    GivenBack,
    /// The cells of a day on which both times are.
    Day,
    /// The pointer, which lasts until after the appointment.
    Pointer,
    /// The idempotency record of the request.
    Record,
    Audit,
    Mail,
    /// A mail that is not to be sent any more.
    Withdrawn,
    /// The mails that were caused in the patient's name.
    Count(Counted),
}

impl Bookings {
    /// Carries out what happens to a booking that was just read, and returns the booking as it is then. The same again
    /// changes nothing.
    ///
    /// # Errors
    /// [`CarryOutError`]; nothing was changed then.
    pub(crate) async fn carry_out(
        &self,
        mut booking: Booking,
        event: &Event,
        context: &Context<'_>,
    ) -> Result<Booking, CarryOutError> {
        let (mut tries, mut learned) = (Tries::default(), Learned::default());
        loop {
            let step = match booking.next(event, &context.clinic, context.now) {
                Ok(Next::Same) => return Ok(booking),
                Ok(Next::Changed(step)) => step,
                Err(why) => {
                    let booking = Box::new(booking);
                    return Err(CarryOutError::Barred { why, booking });
                }
            };
            let counts = self.counts(&booking, event, context);
            let transition = self.transition(&booking, &step, (event, &learned), context);
            let mut write = match transition.await? {
                Ok(write) => write,
                Err(by) => {
                    // What looks taken may be what this very event has just taken, in another request.
                    let found = self.find(&booking.reference, context.now).await?;
                    let found = found.ok_or(CarryOutError::NotFound)?;
                    if found.revision == booking.revision || !tries.again().await {
                        let booking = Box::new(booking);
                        return Err(CarryOutError::SlotTaken { booking, by });
                    }
                    booking = found;
                    continue;
                }
            };
            for count in &counts {
                write.add(Part::Count(count.of), count.add());
            }
            let refused = match write.commit(self.table.client()).await {
                Ok(()) => return Ok(step.after),
                Err(Uncommitted::Refused(refused)) => refused,
                Err(error) => return Err(CarryOutError::Unavailable(error.into())),
            };
            // Something else came first: look again, until it has settled.
            let came_first = refused.by(Part::Booking) || refused.by(Part::Day);
            if let Some(seconds) = waits(&counts, &refused).filter(|_| !came_first) {
                return Err(CarryOutError::TooMany { seconds });
            }
            let by = match &step.takes {
                Some(claim) => learned.obstructing(claim, &refused, Part::Taken, &self.table)?,
                None => Vec::new(),
            };
            if !came_first && !by.is_empty() {
                let booking = Box::new(booking);
                return Err(CarryOutError::SlotTaken { booking, by });
            }
            let is_known = refused.by(Part::Taken(Whose::Practitioner))
                || refused.by(Part::Taken(Whose::Room));
            if !(came_first || is_known) || !tries.again().await {
                let refused = Uncommitted::Refused(refused);
                return Err(CarryOutError::Unavailable(refused.into()));
            }
            let found = self.find(&booking.reference, context.now).await?;
            booking = found.ok_or(CarryOutError::NotFound)?;
        }
    }

    /// Carries out the first of the events whose new time is free.
    ///
    /// # Errors
    /// [`CarryOutError`]; nothing was changed then.
    pub(crate) async fn first_of(
        &self,
        booking: Booking,
        events: impl Iterator<Item = Event>,
        context: &Context<'_>,
    ) -> Result<Booking, CarryOutError> {
        let mut busy: Vec<Owner> = Vec::new();
        for event in events {
            let mut owners = event.takes().into_iter().flat_map(Claim::owners);
            if owners.any(|owner| busy.contains(&owner)) {
                continue;
            }
            match self.carry_out(booking.clone(), &event, context).await {
                Err(CarryOutError::SlotTaken { by, .. }) => busy.extend(by),
                carried_out => return carried_out,
            }
        }
        let booking = Box::new(booking);
        Err(CarryOutError::SlotTaken { booking, by: busy })
    }

    /// Each move is mailed. Without a count, somebody who books in another person's name could fill that person's
    /// mailbox.
    fn counts(&self, booking: &Booking, event: &Event, context: &Context<'_>) -> Vec<Count> {
        let Event::Move(_) = event else {
            return Vec::new();
        };
        let per_day = context.clinic.persons().mails_per_day;
        let person = context.person(&booking.patient);
        person.mails(self.outbox.table(), per_day)
    }

    /// Everything that a step writes, or those whose time is not free for it.
    async fn transition(
        &self,
        before: &Booking,
        step: &Transition,
        (event, learned): (&Event, &Learned),
        context: &Context<'_>,
    ) -> Result<Result<Write<Part>, Vec<Owner>>, store::Error> {
        let keep = context.clinic.retention();
        let mut write = Write::of("booking");
        let item = |booking| BookingItem::of(booking, keep.bookings_days);
        let booking = self
            .table
            .amend(&key(&before.reference), item(before), item(&step.after))?
            .condition("revision = :revision AND #status = :status")
            .name("#status", "status")
            .value(":revision", before.revision)
            .value(":status", before.status);
        write.add(Part::Booking, booking);
        let by = self.change_time(&mut write, step, learned, context).await?;
        if !by.is_empty() {
            return Ok(Err(by));
        }
        let moved = before.claim.end() != step.after.claim.end();
        let pointer = pointers::put(&self.table, &step.after)?;
        if let Some(pointer) = pointer.filter(|_| moved) {
            write.add(Part::Pointer, pointer);
        }
        if let Some(record) = self.forgotten(before, step, context) {
            write.add(Part::Record, record);
        }
        if let Some(action) = event.action() {
            let entry = Entry {
                at: context.now,
                actor: Actor::StaffLink,
                action,
                subject: vec![before.reference.to_string()],
            };
            let entry = entry.append(&self.table, keep.audit_days)?;
            write.add(Part::Audit, entry);
        }
        for id in mails::withdrawn(step) {
            let withdrawn = self.outbox.withdraw(&id, context.now, keep.mails_days);
            write.add(Part::Withdrawn, withdrawn);
        }
        for mail in mails::of_transition(before, step, context) {
            let revision = step.after.revision;
            let mail = self
                .outbox
                .queue(mail, context.now, revision, keep.mails_days)?;
            write.add(Part::Mail, mail);
        }
        Ok(Ok(write))
    }

    /// Once a booking is over, the same request without a key is a new one.
    fn forgotten(
        &self,
        before: &Booking,
        step: &Transition,
        context: &Context<'_>,
    ) -> Option<Change> {
        let record = before.record.as_ref();
        let record = record.filter(|_| !step.after.status.is_live())?;
        forget(&self.table, record, before.requested_at, context.now)
    }

    /// Adds what the step does to the days of practitioners and rooms. Returns those whose time does not look free.
    async fn change_time(
        &self,
        write: &mut Write<Part>,
        step: &Transition,
        learned: &Learned,
        context: &Context<'_>,
    ) -> Result<Vec<Owner>, store::Error> {
        let (new, old) = (step.takes.as_ref(), step.gives_back.as_ref());
        let old = old.filter(|claim| days::is_kept(claim, context.now));
        let owners = |claim: Option<&Claim>| -> Vec<Owner> {
            claim.into_iter().flat_map(Claim::owners).collect()
        };
        let days = Days::in_table(self.table.clone());
        let (mut in_the_way, mut left) = (Vec::new(), owners(old));
        for owner in owners(new) {
            let Some(new) = new else { break };
            match old.filter(|old| left.contains(&owner) && old.date == new.date) {
                Some(old) => {
                    left.retain(|one| *one != owner);
                    match days.swap(&owner, old, new).await? {
                        Some(day) => write.add(Part::Day, day),
                        None => in_the_way.push(owner),
                    }
                }
                None => {
                    let taking = learned.take(&self.table, new, &owner);
                    write.add(Part::Taken(Whose::of(&owner)), taking);
                }
            }
        }
        for (owner, old) in left.iter().zip(old.into_iter().cycle()) {
            write.add(Part::GivenBack, days::give_back(&self.table, old, owner));
        }
        Ok(in_the_way)
    }
}

/// How long to wait until there is room again, if a count is full.
fn waits(counts: &[Count], refused: &Refusals<Part>) -> Option<u32> {
    let part = |count: &Count| Part::Count(count.of);
    let full = counts.iter().filter(|count| refused.by(part(count)));
    let waits = full.map(|count| count.wait(refused.old(part(count))).unwrap_or(1));
    waits.max()
}

impl Event {
    /// What the audit trail says of it, if staff did it.
    fn action(&self) -> Option<Action> {
        match self {
            Self::Answer { answer, .. } => Some(match answer {
                StaffAnswer::Confirm => Action::Confirmed,
                StaffAnswer::Decline { .. } => Action::Declined,
                StaffAnswer::Propose { .. } => Action::Proposed,
            }),
            Self::MissVisit => Some(Action::MarkedNoShow),
            Self::Accept(_) | Self::Move(_) | Self::Cancel { .. } | Self::Expire => None,
        }
    }
}
