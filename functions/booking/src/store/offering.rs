//! Time that has become free, offered to the waiting list: to the first whom it fits, then to the next.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use jiff::{SignedDuration, Timestamp, civil::Date};
use shared::{
    reference::Reference,
    store::{Consistency, Error, Tries},
};
use tokio::time::timeout;

use super::{Bookings, Days, Freed, line::Waiting, offer::Offered};
use crate::{
    booking::{Booking, Claim, Status},
    context::Context,
    time::{Book, Calendar, FreeStart, Owner, Search, horizon},
    waitlist::Entry,
};

/// How long a request that frees time goes on offering it. The sweep offers the rest.
const AT_ONCE: Duration = Duration::from_secs(2);
/// How long the request waits for that at most, when the store is slow.
const AT_MOST: Duration = Duration::from_secs(4);
/// How long a sweep offers the time of one note, so that the others have their turn.
const IN_A_SWEEP: Duration = Duration::from_secs(15);

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
    /// Offers what that revision of a booking has just freed to the waiting list, for as long as a caller can wait. When
    /// nobody waits, the sweep puts the note away.
    ///
    /// # Errors
    /// When the store does not answer in time. The note stays, and the next sweep goes on.
    pub(crate) async fn offer_at_once(
        &self,
        booking: &Booking,
        context: &Context<'_>,
    ) -> Result<(), Error> {
        let offered = async {
            let line = self.line(&context.clinic, context.now).await?;
            if line.is_empty() {
                return Ok(());
            }
            let freed = self.freed(booking.reference.clone(), booking.revision);
            let Some(freed) = freed.await? else {
                return Ok(());
            };
            self.offer_to_line(&line, &freed, AT_ONCE, context).await
        };
        let offered = timeout(AT_MOST, offered).await;
        // Too late: the note is still there.
        offered.unwrap_or(Ok(()))
    }

    /// Offers what was freed to the waiting list, the first first, for as long as a sweep can spend on it.
    ///
    /// # Errors
    /// When the store does not answer. The note stays, and the next sweep goes on.
    pub(crate) async fn offer(&self, freed: &Freed, context: &Context<'_>) -> Result<(), Error> {
        let clinic = &context.clinic;
        let line = if let Some(joined) = Reference::parse_waitlist(freed.by.as_str()) {
            let entry = self.waits(&joined, context.now).await?;
            entry.iter().map(Waiting::from).collect()
        } else {
            let (line, over) = self.line_and_over(clinic, context.now).await?;
            self.take_out(&over, clinic).await?;
            line
        };
        self.offer_to_line(&line, freed, IN_A_SWEEP, context).await
    }

    /// Offers what was freed to those in line who were not asked about it before, and puts the note away. When `patience`
    /// is over, the note says who was asked.
    async fn offer_to_line(
        &self,
        line: &[Waiting],
        freed: &Freed,
        patience: Duration,
        context: &Context<'_>,
    ) -> Result<(), Error> {
        let (begun, clinic) = (Instant::now(), &context.clinic);
        let range = (
            freed.from.max(clinic.local_date(context.now)),
            freed.to.min(horizon(clinic, context.now)),
        );
        let mut look = Look {
            days: Days::in_table(self.table.clone()),
            range,
            calendar: Calendar::default(),
            read: BTreeSet::new(),
        };
        let mut asked = freed.asked;
        for waiting in line {
            let is_next = |last: Timestamp| waiting.joined_at > last;
            if freed.asked.is_some_and(|last| !is_next(last)) {
                continue;
            }
            if let Some(last) = asked.filter(|last| is_next(*last) && begun.elapsed() > patience) {
                return self.go_on_later(freed, last, context.now).await;
            }
            if let Some(search) = waiting.wanted.search(range, clinic) {
                self.offer_to(&waiting.reference, &search, &mut look, context)
                    .await?;
            }
            asked = Some(waiting.joined_at);
        }
        self.put_away(freed, context.now).await
    }

    /// The times that their person was offered before, for any of their entries. `None` when a time is held for them.
    async fn had(&self, entry: &Entry, context: &Context<'_>) -> Result<Option<Vec<Claim>>, Error> {
        let Some(email) = &entry.patient.email else {
            return Ok(None);
        };
        let mut offers = self.of_person(email, context).await?;
        offers.retain(|booking| booking.waitlist.is_some());
        let holds = |booking: &Booking| booking.status == Status::Offered;
        let is_asked = !offers.iter().any(holds);
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
            match offered {
                Offered::NotWaiting => return Ok(()),
                Offered::TooMany { seconds } => {
                    let later = SignedDuration::from_secs(seconds.into());
                    let later = context.now.saturating_add(later).unwrap_or(context.now);
                    return self.look_later_at(&entry, later).await;
                }
                Offered::Made | Offered::Taken => {}
            }
            // Their days are not as they were read.
            look.read.retain(|owner| !owners.contains(owner));
            if offered == Offered::Made || !tries.again().await {
                return Ok(());
            }
            look.at(search.owners()).await?;
        }
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
