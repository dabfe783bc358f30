//! A step in a booking's life as one write: the booking, its time, its mails, its line in the audit trail, and what else
//! depends on it.

use jiff::Timestamp;
use shared::{
    audit::{Action, Actor, Entry},
    guard::{Counted, forget},
    store::{self, Change, Write},
};

use super::{
    Bookings,
    days::{self, Days, Learned, Whose},
    freed::{self, Freed},
    held,
    item::{BookingItem, key},
    pointers, waitlist,
};
use crate::{
    booking::{Booking, Claim, Event, StaffAnswer, Status, Transition},
    context::Context,
    mails,
    time::Owner,
    waitlist::EntryStatus,
};

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Part {
    Booking,
    /// The cells of the new time.
    Taken(Whose),
    /// The cells of the old time.
    GivenBack,
    /// The cells of a day on which both times are.
    Day,
    /// The entry in the waiting list that it was offered for.
    Entry,
    /// The note of the time that has become free.
    Freed,
    /// The note that somebody waits again, after a time was held for them.
    LookAt,
    /// The mark that a time is held for a person.
    Held,
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
    /// Everything that a step writes, or those whose time is not free for it.
    pub(super) async fn step(
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
        self.settle_offer(&mut write, before, (step, event), context)
            .await?;
        let moved = before.claim.end() != step.after.claim.end();
        let pointer = pointers::put(&self.table, &step.after)?;
        if let Some(pointer) = pointer.filter(|_| moved) {
            write.add(Part::Pointer, pointer);
        }
        if let Some(record) = self.forgotten(before, step, context) {
            write.add(Part::Record, record);
        }
        if let Some(entry) = self.audited(before, event, context)? {
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

    /// The line of the audit trail, if staff did it.
    fn audited(
        &self,
        booking: &Booking,
        event: &Event,
        context: &Context<'_>,
    ) -> Result<Option<Change>, store::Error> {
        let entry = event.action().map(|action| Entry {
            at: context.now,
            actor: Actor::StaffLink,
            action,
            subject: vec![booking.reference.to_string()],
        });
        let keep_days = context.clinic.retention().audit_days;
        let entry = entry.map(|entry| entry.append(&self.table, keep_days));
        entry.transpose()
    }

    /// Adds what becomes of the entry in the waiting list for which the booking held a time, once that is settled.
    async fn settle_offer(
        &self,
        write: &mut Write<Part>,
        before: &Booking,
        (step, event): (&Transition, &Event),
        context: &Context<'_>,
    ) -> Result<(), store::Error> {
        let was_offered = before.status == Status::Offered;
        let Some(reference) = before.waitlist.as_ref().filter(|_| was_offered) else {
            return Ok(());
        };
        if let Some(released) = held::release(&self.table, before, context) {
            write.add(Part::Held, released);
        }
        let Some(entry) = self.find_entry(reference, context.now).await? else {
            return Ok(());
        };
        let after = match event {
            Event::LetGo => entry.left(),
            _ => entry.after_offer(&step.after),
        };
        let Some(after) = after else {
            return Ok(());
        };
        let amended = waitlist::amend(&self.table, &entry, &after, &context.clinic)?;
        write.add(Part::Entry, amended);
        if after.status == EntryStatus::Waiting {
            write.add(Part::LookAt, self.look_at(&after, context.now)?);
        }
        Ok(())
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
            let here = old.filter(|old| left.contains(&owner) && old.date == new.date);
            let Some(old) = here else {
                let taking = learned.take(&self.table, new, &owner);
                write.add(Part::Taken(Whose::of(&owner)), taking);
                continue;
            };
            left.retain(|one| *one != owner);
            match days.swap(&owner, old, new).await? {
                Some(day) => write.add(Part::Day, day),
                None => in_the_way.push(owner),
            }
        }
        if let Some(freed) = step.frees(context.now) {
            let note = freed::note(&self.table, &freed, context.now)?;
            write.add(Part::Freed, note);
        }
        if let Some(old) = old {
            for owner in &left {
                write.add(Part::GivenBack, days::give_back(&self.table, old, owner));
            }
        }
        Ok(in_the_way)
    }
}

impl Transition {
    /// What becomes free, for the waiting list, if it is still to come.
    fn frees(&self, now: Timestamp) -> Option<Freed> {
        let claim = self.gives_back.as_ref()?;
        let is_free = self.takes.as_ref() != Some(claim) && claim.start() > now;
        is_free.then(|| Freed {
            by: self.after.reference.clone(),
            revision: self.after.revision,
            from: claim.date,
            to: claim.date,
            asked: None,
        })
    }
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
            Self::Accept(_)
            | Self::Move(_)
            | Self::Cancel { .. }
            | Self::TakeOffer
            | Self::LetGo
            | Self::Expire
            | Self::Retract
            | Self::Displace
            | Self::Restore => None,
        }
    }
}
