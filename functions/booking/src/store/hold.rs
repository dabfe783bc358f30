//! A booking on its way in: one write takes the cells of the day and stores the booking, its idempotency
//! record and its two mails.

use jiff::Timestamp;
use shared::{
    guard::{Answer, Attempt, ReplayError},
    store::{self, Uncommitted, Write},
};

use super::{
    Bookings, days,
    item::{BookingItem, key},
};
use crate::{
    booking::{Booking, Receipt},
    context::Context,
    mails,
};

/// Why a booking was not stored.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HoldError {
    /// It came before, under the same key.
    #[error(transparent)]
    Replay(#[from] ReplayError),
    /// Another booking has some of its cells.
    #[error("the slot is taken")]
    SlotTaken,
    /// The store did not take it.
    #[error("the booking could not be stored")]
    Unavailable(#[from] store::Error),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Part {
    Record,
    Day,
    Booking,
    Mail,
}

impl Bookings {
    /// Stores the booking, takes its cells and queues its mails, or finds the answer that it was given
    /// before. One call.
    ///
    /// # Errors
    /// [`HoldError`]; nothing was stored then.
    pub(crate) async fn hold(
        &self,
        booking: &Booking,
        attempt: &Attempt,
        context: &Context<'_>,
    ) -> Result<Answer<Receipt>, HoldError> {
        let receipt = Receipt::of(booking, context.manage_url(booking), &context.clinic);
        let write = self.write(booking, &receipt, attempt, context)?;
        match write.commit(self.table.client()).await {
            Ok(()) => Ok(Answer::first(receipt)),
            // A replay refuses the record and the day: the record is asked first.
            Err(Uncommitted::Refused(refused)) if refused.by(Part::Record) => {
                let record = refused.old(Part::Record);
                Ok(attempt.replay(&self.table, record)?)
            }
            Err(Uncommitted::Refused(refused)) if refused.by(Part::Day) => {
                Err(HoldError::SlotTaken)
            }
            Err(error) => Err(HoldError::Unavailable(error.into())),
        }
    }

    fn write(
        &self,
        booking: &Booking,
        receipt: &Receipt,
        attempt: &Attempt,
        context: &Context<'_>,
    ) -> Result<Write<Part>, store::Error> {
        let keep = context.clinic.retention();
        let item = BookingItem::of(booking, keep.bookings_days);
        let day = days::take(
            &self.table,
            &booking.practitioner,
            booking.date,
            booking.slot.cells,
            booking.slot.end,
        );
        let key = key(&booking.reference);

        let mut write = Write::of("booking");
        let record = attempt.record(&self.table, context.now, receipt)?;
        write.add(Part::Record, record);
        write.add(Part::Day, day);
        write.add(Part::Booking, self.table.put_new(&key, item)?);
        for mail in mails::of(booking, receipt.manage_url.clone(), &context.clinic) {
            let mail = self
                .outbox
                .queue(mail, context.now, booking.revision, keep.mails_days)?;
            write.add(Part::Mail, mail);
        }
        Ok(write)
    }

    /// The answer that this request was given before, if it was.
    ///
    /// # Errors
    /// When the store does not answer, or the key belongs to another request.
    pub(crate) async fn earlier(
        &self,
        attempt: &Attempt,
        now: Timestamp,
    ) -> Result<Option<Answer<Receipt>>, ReplayError> {
        attempt.earlier(&self.table, now).await
    }
}
