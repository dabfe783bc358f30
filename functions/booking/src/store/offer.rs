//! An offer as one write: the booking that holds a time, the entry that it is for, and the mail that says so.

use shared::{
    guard::{Counted, waits},
    store::{Error, Tries, Uncommitted, Write},
};

use super::{
    Bookings,
    days::{Learned, Whose},
    held,
    item::{BookingItem, key},
    pointers, waitlist,
};
use crate::{booking::Booking, context::Context, mails, waitlist::Entry};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Part {
    Entry,
    Day(Whose),
    Booking,
    Pointer,
    /// The mark that a time is held for the person.
    Held,
    Mail,
    /// The mails that were caused in the person's name.
    Count(Counted),
}

/// What became of an offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Offered {
    Made,
    /// Somebody else has just taken the time.
    Taken,
    /// They have left, or were offered something else.
    NotWaiting,
    /// They are mailed no more for so many seconds.
    TooMany {
        seconds: u32,
    },
}

impl Bookings {
    /// Holds a time for somebody who waits, and writes to them.
    ///
    /// # Errors
    /// When the store does not answer.
    pub(super) async fn hold_for(
        &self,
        entry: &Entry,
        mut booking: Booking,
        context: &Context<'_>,
    ) -> Result<Offered, Error> {
        let email = booking.patient.email.as_ref();
        booking.person = email.map(|email| context.links.person(email));
        let per_day = context.clinic.persons().mails_per_day;
        let person = context.person(&booking.patient);
        let counts = person.mails(self.outbox.table(), per_day);
        let (mut learned, mut tries) = (Learned::default(), Tries::default());
        loop {
            let mut write = self.offering(entry, &booking, &learned, context)?;
            for count in &counts {
                write.add(Part::Count(count.of), count.add());
            }
            let refused = match write.commit(self.table.client()).await {
                Ok(()) => {
                    tracing::info!(booking.reference = %booking.reference, "offered a time to the waiting list");
                    return Ok(Offered::Made);
                }
                Err(Uncommitted::Refused(refused)) => refused,
                Err(error) => return Err(error.into()),
            };
            if refused.by(Part::Entry) || refused.by(Part::Held) {
                return Ok(Offered::NotWaiting);
            }
            if let Some(seconds) = waits(&counts, &refused, Part::Count) {
                return Ok(Offered::TooMany { seconds });
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
        if let Some(mark) = held::mark(&self.table, booking, context)? {
            write.add(Part::Held, mark);
        }
        if let Some(mail) = mails::of_offer(booking, entry, context) {
            let mail = self.outbox.queue(mail, context.now, 0, keep.mails_days)?;
            write.add(Part::Mail, mail);
        }
        Ok(write)
    }
}
