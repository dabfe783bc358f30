//! What a schedule wakes at AWS: the digest's part about messages, the sweep of the bookings, the sweep of the mails.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use booking::Sweep;
use contact::DailyDigest;
use mailer::{Event, Mailer};
use shared::{clock::Clock, environment::Environment};
use tokio::sync::{Mutex, MutexGuard};

/// Everything that falls due by itself.
#[derive(Clone)]
pub(super) struct Schedules {
    /// One mailer at a time: a clock that is moved must not overtake a mail on its way.
    mailer: Arc<Mutex<Mailer>>,
    digest: DailyDigest,
    bookings: Sweep,
}

impl Schedules {
    pub(super) async fn open(environment: &Environment, clock: &Clock) -> Result<Self> {
        let mailer = Mailer::open(environment, clock.clone()).await?;
        Ok(Self {
            mailer: Arc::new(Mutex::new(mailer)),
            digest: DailyDigest::open(environment, clock.clone()).await?,
            bookings: Sweep::open(environment, clock.clone()).await?,
        })
    }

    /// The mailer, for as long as nobody else may send a mail.
    pub(super) async fn mailer(&self) -> MutexGuard<'_, Mailer> {
        self.mailer.lock().await
    }

    /// Runs what is due. What fails does not hold up the rest.
    ///
    /// # Errors
    /// The first failure.
    pub(super) async fn run(&self, mailer: &Mailer) -> Result<()> {
        let digest = self.digest.run().await;
        let bookings = self.bookings.run().await;
        let mails = mailer.handle(Event::Sweep { sweep: true }).await;
        digest.context("the digest's part about messages cannot be written")?;
        bookings.context("the bookings cannot be swept")?;
        mails.context("the outbox cannot be swept")?;
        Ok(())
    }
}
