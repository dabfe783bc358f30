//! A booking on its way in: one write takes the cells of the day and stores the booking, its idempotency
//! record, the counts of its sender and its patient, and its mails.

use jiff::Timestamp;
use shared::{
    clinic::Confirmation,
    guard::{Admission, Answer, Attempt, Guarded, ReplayError, Ruling},
    store::{self, Tries, Uncommitted, Write},
};

use super::{
    Bookings,
    days::{Learned, Whose},
    item::{BookingItem, key},
    pointers,
};
use crate::{
    booking::{Booking, Receipt},
    context::Context,
    mails,
    time::Owner,
};

/// Why a booking was not stored.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HoldError {
    /// It came before, under the same key.
    #[error(transparent)]
    Replay(#[from] ReplayError),
    /// Its sender or its patient has asked for too many.
    #[error("too many bookings were asked for")]
    TooMany {
        /// How long to wait until there is room again.
        seconds: u32,
    },
    /// Something is in the way of its time: another booking, or time off.
    #[error("the slot is taken")]
    SlotTaken {
        /// Those whose time is not free.
        by: Vec<Owner>,
    },
    /// The store did not take it.
    #[error("the booking could not be stored")]
    Unavailable(#[from] store::Error),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Part {
    Guard(Guarded),
    /// The cells of a day.
    Day(Whose),
    Booking,
    Pointer,
    Mail,
}

impl From<Guarded> for Part {
    fn from(guarded: Guarded) -> Self {
        Self::Guard(guarded)
    }
}

impl Bookings {
    /// Stores the booking, takes its cells and queues its mails, or finds the answer that it was given
    /// before. A suspicious one waits for the clinic's answer, whatever `confirmation` its service has.
    ///
    /// This is one call, unless only the store could know that the booking is suspicious or that there is time off on
    /// its day. It is then written again, knowing that.
    ///
    /// # Errors
    /// [`HoldError`]; nothing was stored then.
    pub(crate) async fn hold(
        &self,
        mut booking: Booking,
        confirmation: Confirmation,
        admission: &mut Admission,
        context: &Context<'_>,
    ) -> Result<Answer<Receipt>, HoldError> {
        let manage_url = context.manage_url(&booking);
        let email = booking.patient.email.as_ref();
        booking.person = email.map(|email| context.links.person(email));
        booking.record = admission.attempt.without_key().map(str::to_owned);
        let (mut learned, mut tries) = (Learned::default(), Tries::default());
        loop {
            booking.judge(admission.verdict.reasons(), confirmation, &context.clinic);
            let receipt = Receipt::of(&booking, manage_url.clone(), &context.clinic);
            let write = self.write(&booking, &receipt, (admission, &learned), context)?;
            let refused = match write.commit(self.table.client()).await {
                Ok(()) => return Ok(Answer::first(receipt)),
                Err(Uncommitted::Refused(refused)) => refused,
                Err(error) => return Err(HoldError::Unavailable(error.into())),
            };
            match admission.rule(&refused) {
                // A replay refuses the record and the day: the record is asked first.
                Ruling::Replay(record) => return Ok(admission.replay(record.as_ref())?),
                Ruling::TooMany { seconds } => return Err(HoldError::TooMany { seconds }),
                Ruling::Suspicious => {}
                Ruling::AnotherPart => {
                    let claim = &booking.claim;
                    let by = learned.obstructing(claim, &refused, Part::Day, &self.table)?;
                    if !by.is_empty() {
                        return Err(HoldError::SlotTaken { by });
                    }
                    let is_known = refused.by(Part::Day(Whose::Practitioner))
                        || refused.by(Part::Day(Whose::Room));
                    if !is_known || !tries.again().await {
                        let refused = Uncommitted::Refused(refused);
                        return Err(HoldError::Unavailable(refused.into()));
                    }
                }
            }
        }
    }

    fn write(
        &self,
        booking: &Booking,
        receipt: &Receipt,
        (admission, learned): (&Admission, &Learned),
        context: &Context<'_>,
    ) -> Result<Write<Part>, store::Error> {
        let keep = context.clinic.retention();
        let item = BookingItem::of(booking, keep.bookings_days);
        let key = key(&booking.reference);

        let mut write = Write::of("booking");
        admission.guard(&mut write, receipt, context.now)?;
        for owner in booking.claim.owners() {
            let taking = learned.take(&self.table, &booking.claim, &owner);
            write.add(Part::Day(Whose::of(&owner)), taking);
        }
        write.add(Part::Booking, self.table.put_new(&key, item)?);
        if let Some(pointer) = pointers::put(&self.table, booking)? {
            write.add(Part::Pointer, pointer);
        }
        for mail in mails::of_new(booking, context) {
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
