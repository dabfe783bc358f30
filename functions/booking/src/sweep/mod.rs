//! What falls due: requests and offers that nobody has answered in time expire, time off is carried on, and what has become
//! free is offered to the waiting list. Once a day, the digest's part about bookings is written.

mod digest;
mod time_off;

use shared::{
    aws::Aws,
    clinic::{ClinicError, PublishedClinic},
    clock::Clock,
    environment::Environment,
    link::LinkKeys,
    outbox::{DigestParts, Owner},
    runtime::{Health, StartError, Unhealthy},
    store,
    telemetry::Causes,
};

use crate::{
    booking::{Booking, Event},
    context::Context,
    links::BookingLinks,
    store::{Bookings, CarryOutError, Due},
};

/// What the sweep works with.
#[derive(Clone)]
pub struct Sweep {
    clinic: PublishedClinic,
    bookings: Bookings,
    links: BookingLinks,
    clock: Clock,
    digest: DigestParts,
}

/// Why a sweep did not do everything that was due. The next one tries again.
#[derive(Debug, thiserror::Error)]
pub enum SweepError {
    /// There is no clinic to do it for.
    #[error(transparent)]
    Clinic(#[from] ClinicError),
    /// What is due could not be read.
    #[error("what is due cannot be read")]
    Unreadable(#[source] store::Error),
    /// The digest's part about bookings was not written.
    #[error("the digest's part about bookings was not written")]
    Digest(#[source] store::Error),
    /// Some of it could not be done. The log says why.
    #[error("{0} things were left for the next sweep")]
    LeftSome(usize),
}

impl Health for Sweep {
    async fn check(&self) -> Result<(), Unhealthy> {
        let clinic = self.clinic.current().await?;
        let now = self.clock.now();
        self.bookings.due(now).await?;
        self.digest.due(&self.bookings.outbox, &clinic, now).await?;
        Ok(())
    }
}

impl Sweep {
    /// Makes the client and reads the clinic, from the same variables as the booking function.
    ///
    /// # Errors
    /// When one of them is missing.
    pub async fn open(environment: &Environment, clock: Clock) -> Result<Self, StartError> {
        let client = Aws::from_environment(environment)?.dynamodb();
        let keys = LinkKeys::from_environment(environment)?;
        Ok(Self {
            bookings: Bookings::open(&client, environment)?,
            links: BookingLinks::new(keys, environment.require("API_URL")?),
            clinic: PublishedClinic::open(client, environment.require("CLINIC_TABLE")?).await,
            clock,
            digest: DigestParts::of(Owner::Booking),
        })
    }

    /// Does everything that is due. What cannot be done does not hold up the rest.
    ///
    /// # Errors
    /// [`SweepError`].
    pub async fn run(&self) -> Result<(), SweepError> {
        self.clinic.refresh().await;
        let Some(clinic) = self.clinic.published().await? else {
            return Ok(());
        };
        let context = Context {
            clinic,
            now: self.clock.now(),
            links: &self.links,
        };
        let swept = self.settle_all(&context).await;
        // A booking that cannot be settled must not keep the digest from being written.
        let digest = self.write_digest(&context).await;
        if let Err(error) = &digest {
            tracing::error!(error = %Causes(error), "the digest's part about bookings was not written");
        }
        swept?;
        digest.map_err(SweepError::Digest)
    }

    async fn settle_all(&self, context: &Context<'_>) -> Result<(), SweepError> {
        let due = self.bookings.due(context.now).await;
        let mut due = due.map_err(SweepError::Unreadable)?;
        // What is asked of the waiting list may take long, and must not hold up the rest.
        due.sort_by_key(|due| matches!(due, Due::Freed(..)));
        let (mut freed, mut left) = (Vec::new(), 0);
        for due in &due {
            let settled = self.settle(due, &mut freed, context).await;
            left += usize::from(is_left(due, &settled));
        }
        // The index may not have the notes yet of what was just freed.
        for due in freed {
            let settled = self.settle(&due, &mut Vec::new(), context).await;
            left += usize::from(is_left(&due, &settled));
        }
        if left > 0 {
            return Err(SweepError::LeftSome(left));
        }
        Ok(())
    }

    /// Does one thing that is due. `freed` is what has to be offered then.
    async fn settle(
        &self,
        due: &Due,
        freed: &mut Vec<Due>,
        context: &Context<'_>,
    ) -> Result<(), CarryOutError> {
        match due {
            Due::Booking(reference) => {
                if let Some(booking) = self.bookings.find(reference, context.now).await? {
                    freed.extend(self.happen(booking, &Event::Expire, context).await?);
                }
                Ok(())
            }
            Due::TimeOff(id) => self.carry_on(id, freed, context).await,
            Due::Freed(by, revision) => {
                if let Some(freed) = self.bookings.freed(by.clone(), *revision).await? {
                    self.bookings.offer(&freed, context).await?;
                }
                Ok(())
            }
        }
    }

    /// Carries out what happens to a booking, if it still can: something else may have happened to it meanwhile. Returns what
    /// it may have freed.
    async fn happen(
        &self,
        booking: Booking,
        event: &Event,
        context: &Context<'_>,
    ) -> Result<Option<Due>, CarryOutError> {
        let before = booking.revision;
        match self.bookings.carry_out(booking, event, context).await {
            Ok(booking) if booking.revision > before => {
                tracing::info!(booking.reference = %booking.reference, booking.status = ?booking.status, "what was due has happened to a booking");
                Ok(Some(Due::Freed(booking.reference, booking.revision)))
            }
            Ok(_) | Err(CarryOutError::Barred { .. } | CarryOutError::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// Whether something is left to the next sweep. The log says why.
fn is_left(due: &Due, settled: &Result<(), CarryOutError>) -> bool {
    if let Err(error) = settled {
        tracing::error!(due = ?due, error = %Causes(error), "left something for later");
    }
    settled.is_err()
}
