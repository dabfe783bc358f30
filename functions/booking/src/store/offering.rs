//! Time that has become free, offered to the waiting list: to the first whom it fits, then to the next.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp, civil::Date};
use shared::{
    reference::Reference,
    store::{Consistency, Error, Tries, Uncommitted, Write},
};

use super::{
    Bookings, Days, Freed,
    days::{Learned, Whose},
    item::{BookingItem, key},
    line::Waiting,
    pointers, waitlist,
};
use crate::{
    booking::{Booking, Claim, Status},
    context::Context,
    mails,
    time::{Book, Calendar, FreeStart, Owner, Search, horizon},
    waitlist::Entry,
};

const A_DAY: SignedDuration = SignedDuration::from_hours(24);
/// How many times are offered to one person within a day. A stranger who joins in somebody else's name could otherwise
/// fill that person's mailbox.
const MOST_A_DAY: usize = 6;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Part {
    Entry,
    Day(Whose),
    Booking,
    Pointer,
    Mail,
}

/// What became of an offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Offered {
    Made,
    /// Somebody else has just taken the time.
    Taken,
    /// They have left, or were offered something else.
    NotWaiting,
}

/// The days that are looked at, as far as they were read.
struct Look {
    days: Days,
    range: (Date, Date),
    calendar: Calendar,
    read: BTreeSet<Owner>,
}

impl Look {
    /// Reads the days of those who were not read yet.
    async fn at(&mut self, owners: impl Iterator<Item = Owner>) -> Result<(), Error> {
        let (from, to) = self.range;
        for owner in owners
            .filter(|owner| !self.read.contains(owner))
            .collect::<Vec<_>>()
        {
            let days = self
                .days
                .of_one(owner.clone(), from, to, Consistency::Strong);
            for ((owner, date), busy) in days.await? {
                *self.calendar.day_mut(owner, date) = busy;
            }
            self.read.insert(owner);
        }
        Ok(())
    }
}

impl Bookings {
    /// Offers what that revision of a booking has just freed to the waiting list, and puts the note of it away. When nobody
    /// waits, the sweep does that: the caller need not wait for it.
    ///
    /// # Errors
    /// When the store does not answer. The note stays, and the next sweep goes on.
    pub(crate) async fn offer_at_once(
        &self,
        booking: &Booking,
        context: &Context<'_>,
    ) -> Result<(), Error> {
        let line = self.line(&context.clinic, context.now).await?;
        if line.is_empty() {
            return Ok(());
        }
        let freed = self.freed(booking.reference.clone(), booking.revision);
        let Some(freed) = freed.await? else {
            return Ok(());
        };
        self.offer_to_line(&line, (freed.from, freed.to), context)
            .await?;
        self.put_away(&freed, context.now).await
    }

    /// Offers what was freed to the waiting list, the first first, and puts the note of it away.
    ///
    /// # Errors
    /// When the store does not answer. The note stays, and the next sweep goes on.
    pub(crate) async fn offer(&self, freed: &Freed, context: &Context<'_>) -> Result<(), Error> {
        let days = (freed.from, freed.to);
        let line = if let Some(joined) = Reference::parse_waitlist(freed.by.as_str()) {
            let entry = self.waits(&joined, context.now).await?;
            entry.iter().map(Waiting::from).collect()
        } else {
            self.line(&context.clinic, context.now).await?
        };
        self.offer_to_line(&line, days, context).await?;
        self.put_away(freed, context.now).await
    }

    async fn offer_to_line(
        &self,
        line: &[Waiting],
        (from, to): (Date, Date),
        context: &Context<'_>,
    ) -> Result<(), Error> {
        let clinic = &context.clinic;
        let range = (
            from.max(clinic.local_date(context.now)),
            to.min(horizon(clinic, context.now)),
        );
        let mut look = Look {
            days: Days::in_table(self.table.clone()),
            range,
            calendar: Calendar::default(),
            read: BTreeSet::new(),
        };
        for waiting in line {
            if let Some(search) = waiting.wanted.search(range, clinic) {
                self.offer_to(&waiting.reference, &search, &mut look, context)
                    .await?;
            }
        }
        Ok(())
    }

    /// The times that their person was offered before, for any of their entries. `None` when they are not asked now: a time
    /// is held for them, or they were offered enough for a day.
    async fn had(&self, entry: &Entry, context: &Context<'_>) -> Result<Option<Vec<Claim>>, Error> {
        let Some(email) = &entry.patient.email else {
            return Ok(None);
        };
        let mut offers = self.of_person(email, context).await?;
        offers.retain(|booking| booking.waitlist.is_some());
        let holds = |booking: &Booking| booking.status == Status::Offered;
        let is_recent = |one: &&Booking| context.now.duration_since(one.requested_at) < A_DAY;
        let is_enough = offers.iter().filter(is_recent).count() >= MOST_A_DAY;
        let is_asked = !is_enough && !offers.iter().any(holds);
        Ok(is_asked.then(|| offers.into_iter().map(|offer| offer.claim).collect()))
    }

    async fn offer_to(
        &self,
        reference: &Reference,
        search: &Search<'_>,
        look: &mut Look,
        context: &Context<'_>,
    ) -> Result<(), Error> {
        let clinic = &context.clinic;
        look.at(search.owners()).await?;
        if online(search, &look.calendar, context).next().is_none() {
            return Ok(());
        }
        // Only those are read whom something may suit.
        let entry = self.waits(reference, context.now).await?;
        let Some(entry) = entry.filter(|entry| entry.is_accepted(search.service)) else {
            return Ok(());
        };
        let Some(had) = self.had(&entry, context).await? else {
            return Ok(());
        };
        let mut tries = Tries::default();
        loop {
            let found = first_that_suits((&entry, &had), search, &look.calendar, context);
            let Some((claim, by)) = found else {
                return Ok(());
            };
            let booking = entry.offer(claim, by, clinic, context.now);
            let owners: Vec<Owner> = booking.claim.owners().collect();
            let offered = self.hold_for(&entry, booking, context).await?;
            if offered == Offered::NotWaiting {
                return Ok(());
            }
            // Their days are not as they were read.
            look.read.retain(|owner| !owners.contains(owner));
            if offered == Offered::Made || !tries.again().await {
                return Ok(());
            }
            look.at(search.owners()).await?;
        }
    }

    /// Holds a time for somebody who waits, and writes to them.
    async fn hold_for(
        &self,
        entry: &Entry,
        mut booking: Booking,
        context: &Context<'_>,
    ) -> Result<Offered, Error> {
        let email = booking.patient.email.as_ref();
        booking.person = email.map(|email| context.links.person(email));
        let (mut learned, mut tries) = (Learned::default(), Tries::default());
        loop {
            let write = self.offering(entry, &booking, &learned, context)?;
            let refused = match write.commit(self.table.client()).await {
                Ok(()) => {
                    tracing::info!(booking.reference = %booking.reference, "offered a time to the waiting list");
                    return Ok(Offered::Made);
                }
                Err(Uncommitted::Refused(refused)) => refused,
                Err(error) => return Err(error.into()),
            };
            if refused.by(Part::Entry) {
                return Ok(Offered::NotWaiting);
            }
            let claim = &booking.claim;
            let by = learned.obstructing(claim, &refused, Part::Day, &self.table)?;
            if !by.is_empty() || !tries.again().await {
                return Ok(Offered::Taken);
            }
        }
    }

    fn offering(
        &self,
        entry: &Entry,
        booking: &Booking,
        learned: &Learned,
        context: &Context<'_>,
    ) -> Result<Write<Part>, Error> {
        let (clinic, keep) = (&context.clinic, context.clinic.retention());
        let mut write = Write::of("offer");
        let after = entry.with_offer(booking);
        let amended = waitlist::amend(&self.table, entry, &after, clinic)?;
        write.add(Part::Entry, amended);
        for owner in booking.claim.owners() {
            let taking = learned.take(&self.table, &booking.claim, &owner);
            write.add(Part::Day(Whose::of(&owner)), taking);
        }
        let item = BookingItem::of(booking, keep.bookings_days);
        write.add(
            Part::Booking,
            self.table.put_new(&key(&booking.reference), item)?,
        );
        if let Some(pointer) = pointers::put(&self.table, booking)? {
            write.add(Part::Pointer, pointer);
        }
        if let Some(mail) = mails::of_offer(booking, entry, context) {
            let mail = self.outbox.queue(mail, context.now, 0, keep.mails_days)?;
            write.add(Part::Mail, mail);
        }
        Ok(write)
    }
}

/// The free starts that can be booked online, the first one first.
fn online<'a>(
    search: &'a Search<'_>,
    calendar: &'a Calendar,
    context: &'a Context<'_>,
) -> impl Iterator<Item = FreeStart> + 'a {
    let days = search.days(calendar, &context.clinic, context.now);
    days.flatten().filter(|free| free.book == Book::Online)
}

/// The earliest time that suits somebody and can be offered to them, and until when it is held. `had` are the times that
/// they were offered before. No part of those is offered again, so that it goes to the next person.
fn first_that_suits(
    (entry, had): (&Entry, &[Claim]),
    search: &Search<'_>,
    calendar: &Calendar,
    context: &Context<'_>,
) -> Option<(Claim, Timestamp)> {
    let clinic = &context.clinic;
    let mut suiting = online(search, calendar, context).filter_map(|free| {
        let start = free.start.moment();
        let by = entry.answer_by(start, clinic, context.now)?;
        let found = free.practitioners.iter();
        let found = found.filter_map(|id| clinic.practitioner(id.as_str()));
        let mut claims = found.flat_map(|one| Claim::each(start, search.service, one, clinic));
        let claim = claims.find(|claim| claim.obstacle(calendar).is_none())?;
        let meets = |other: &Claim| claim.start() < other.end() && other.start() < claim.end();
        (!had.iter().any(meets)).then_some((claim, by))
    });
    suiting.next()
}
