//! What falls due: a request that nobody has answered in time expires, and its time is free again.

use shared::{
    aws::Aws,
    clinic::{ClinicError, PublishedClinic},
    clock::Clock,
    environment::Environment,
    link::LinkKeys,
    reference::Reference,
    runtime::StartError,
    store,
    telemetry::Causes,
};

use crate::{
    booking::Event,
    context::Context,
    links::BookingLinks,
    store::{Bookings, CarryOutError},
};

/// What the sweep works with.
#[derive(Clone)]
pub struct Sweep {
    clinic: PublishedClinic,
    bookings: Bookings,
    links: BookingLinks,
    clock: Clock,
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
    /// Some of it could not be done. The log says why.
    #[error("{0} bookings were left for the next sweep")]
    LeftSome(usize),
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
        })
    }

    /// Does everything that is due. What cannot be done does not hold up the rest.
    ///
    /// # Errors
    /// [`SweepError`].
    pub async fn run(&self) -> Result<(), SweepError> {
        self.clinic.refresh().await;
        let context = Context {
            clinic: self.clinic.current().await?,
            now: self.clock.now(),
            links: &self.links,
        };
        let due = self.bookings.due(context.now).await;
        let mut left = 0;
        for reference in due.map_err(SweepError::Unreadable)? {
            if let Err(error) = self.expire(&reference, &context).await {
                tracing::error!(booking.reference = %reference, error = %Causes(&error), "left a booking for later");
                left += 1;
            }
        }
        if left > 0 {
            return Err(SweepError::LeftSome(left));
        }
        Ok(())
    }

    async fn expire(
        &self,
        reference: &Reference,
        context: &Context<'_>,
    ) -> Result<(), CarryOutError> {
        let Some(booking) = self.bookings.find(reference, context.now).await? else {
            return Ok(());
        };
        let expired = self.bookings.carry_out(booking, &Event::Expire, context);
        match expired.await {
            Ok(_) => {
                tracing::info!(booking.reference = %reference, "a request has expired");
                Ok(())
            }
            // It was answered meanwhile, or has more time now.
            Err(CarryOutError::Barred { .. } | CarryOutError::NotFound) => Ok(()),
            Err(error) => Err(error),
        }
    }
}
