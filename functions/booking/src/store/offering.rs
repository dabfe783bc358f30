//! Time that has become free, offered to the waiting list: to the first whom it fits, then to the next.

use std::collections::BTreeSet;

use jiff::{Timestamp, civil::Date};
use shared::store::{Consistency, Error, Tries, Uncommitted, Write};

use super::{
    Bookings, Days, Freed,
    days::{Learned, Whose},
    item::{BookingItem, key},
    pointers, waitlist,
};
use crate::{
    booking::{Booking, Claim},
    context::Context,
    mails,
    time::{Book, Calendar, Owner, Search, horizon},
    waitlist::Entry,
};

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
    /// Offers what was just freed to the waiting list, and puts the note of it away. When nobody waits, the sweep does that:
    /// the caller need not wait for it.
    ///
    /// # Errors
    /// When the store does not answer. The note stays, and the next sweep goes on.
    pub(crate) async fn offer_at_once(
        &self,
        freed: &Freed,
        context: &Context<'_>,
    ) -> Result<(), Error> {
        let line = self.line(&context.clinic, context.now).await?;
        if line.is_empty() {
            return Ok(());
        }
        self.offer_to_line(&line, (freed.from, freed.to), context)
            .await?;
        self.put_away(freed, context.now).await
    }

    /// Offers what was freed to the waiting list, and puts the note of it away.
    ///
    /// # Errors
    /// When the store does not answer. The note stays, and the next sweep goes on.
    pub(crate) async fn offer(&self, freed: &Freed, context: &Context<'_>) -> Result<(), Error> {
        self.offer_days(freed.from, freed.to, context).await?;
        self.put_away(freed, context.now).await
    }

    /// Offers what is free on these days: to each in the line, the first first, the earliest start that suits them.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(crate) async fn offer_days(
        &self,
        from: Date,
        to: Date,
        context: &Context<'_>,
    ) -> Result<(), Error> {
        let line = self.line(&context.clinic, context.now).await?;
        self.offer_to_line(&line, (from, to), context).await
    }

    async fn offer_to_line(
        &self,
        line: &[Entry],
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
        for entry in line {
            if let Some(search) = entry.search(range, clinic) {
                self.offer_to(entry, &search, &mut look, context).await?;
            }
        }
        Ok(())
    }

    async fn offer_to(
        &self,
        entry: &Entry,
        search: &Search<'_>,
        look: &mut Look,
        context: &Context<'_>,
    ) -> Result<(), Error> {
        let mut tries = Tries::default();
        loop {
            look.at(search.owners()).await?;
            let Some((claim, by)) = first_that_suits(entry, search, &look.calendar, context) else {
                return Ok(());
            };
            let booking = entry.offer(claim, by, &context.clinic, context.now);
            let owners: Vec<Owner> = booking.claim.owners().collect();
            match self.hold_for(entry, booking, context).await? {
                Offered::NotWaiting => return Ok(()),
                offered => {
                    // Their days are not as they were read.
                    look.read.retain(|owner| !owners.contains(owner));
                    if offered == Offered::Made || !tries.again().await {
                        return Ok(());
                    }
                }
            }
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

/// The earliest time that suits somebody and can be offered to them, and until when it is held.
fn first_that_suits(
    entry: &Entry,
    search: &Search<'_>,
    calendar: &Calendar,
    context: &Context<'_>,
) -> Option<(Claim, Timestamp)> {
    let clinic = &context.clinic;
    let days = search.free(calendar, clinic, context.now).into_values();
    let online = days.flatten().filter(|free| free.book == Book::Online);
    let mut suiting = online.filter_map(|free| {
        let start = free.start.moment();
        let by = entry.answer_by(start, clinic, context.now)?;
        let found = free.practitioners.iter();
        let found = found.filter_map(|id| clinic.practitioner(id.as_str()));
        let mut claims = found.flat_map(|one| Claim::each(start, search.service, one, clinic));
        let claim = claims.find(|claim| claim.obstacle(calendar).is_none())?;
        Some((claim, by))
    });
    suiting.next()
}
