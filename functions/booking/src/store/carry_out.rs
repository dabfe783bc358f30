//! What happens to a booking, carried out: its step is written, and written again when something else came first.

use shared::{
    guard::{Count, waits},
    store::{self, Refusals, Tries, Uncommitted},
};

use super::{
    Bookings,
    days::{Learned, Whose},
    step::Part,
};
use crate::{
    booking::{Barred, Booking, Claim, Event, Next, Transition},
    context::Context,
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
            let Some(step) = next(&booking, event, context)? else {
                return Ok(booking);
            };
            let counts = self.counts(&booking, event, context);
            let transition = self.step(&booking, &step, (event, &learned), context);
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
            match self.meaning(&refused, &counts, &step, &mut learned)? {
                Meaning::TooMany { seconds } => return Err(CarryOutError::TooMany { seconds }),
                Meaning::SlotTaken { by } => {
                    let booking = Box::new(booking);
                    return Err(CarryOutError::SlotTaken { booking, by });
                }
                // Until it has settled.
                Meaning::LookAgain if tries.again().await => {}
                Meaning::LookAgain | Meaning::Unexpected => {
                    let refused = Uncommitted::Refused(refused);
                    return Err(CarryOutError::Unavailable(refused.into()));
                }
            }
            let found = self.find(&booking.reference, context.now).await?;
            booking = found.ok_or(CarryOutError::NotFound)?;
        }
    }

    /// Why a step was refused.
    fn meaning(
        &self,
        refused: &Refusals<Part>,
        counts: &[Count],
        step: &Transition,
        learned: &mut Learned,
    ) -> Result<Meaning, store::Error> {
        let came_first = [Part::Booking, Part::Day, Part::Entry];
        if came_first.into_iter().any(|part| refused.by(part)) {
            return Ok(Meaning::LookAgain);
        }
        if let Some(seconds) = waits(counts, refused, Part::Count) {
            return Ok(Meaning::TooMany { seconds });
        }
        let Some(claim) = &step.takes else {
            return Ok(Meaning::Unexpected);
        };
        let by = learned.obstructing(claim, refused, Part::Taken, &self.table)?;
        let mut kinds = [Whose::Practitioner, Whose::Room].into_iter();
        Ok(match by.is_empty() {
            false => Meaning::SlotTaken { by },
            // Only the time off of its day was not known.
            true if kinds.any(|whose| refused.by(Part::Taken(whose))) => Meaning::LookAgain,
            true => Meaning::Unexpected,
        })
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
}

/// The step that the event makes. `None` when it changes nothing.
fn next(
    booking: &Booking,
    event: &Event,
    context: &Context<'_>,
) -> Result<Option<Box<Transition>>, CarryOutError> {
    match booking.next(event, &context.clinic, context.now) {
        Ok(Next::Same) => Ok(None),
        Ok(Next::Changed(step)) => Ok(Some(step)),
        Err(why) => {
            let booking = Box::new(booking.clone());
            Err(CarryOutError::Barred { why, booking })
        }
    }
}

/// What the refusal of a step means.
enum Meaning {
    /// Something else came first, or there is more to know now.
    LookAgain,
    TooMany {
        seconds: u32,
    },
    /// Something is in the way of the new time.
    SlotTaken {
        by: Vec<Owner>,
    },
    Unexpected,
}
