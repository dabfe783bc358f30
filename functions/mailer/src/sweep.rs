//! The sweep: it sends the mails that are due later, those that a failure left behind, and once a day the digest.

use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use shared::{
    metrics::{self, Metric},
    outbox::RawMail,
    telemetry::Causes,
};

use crate::{Mailer, MailerError};

/// A sweep starts no mail after this time, because the next sweep begins a minute after it. The last mail may take longer;
/// the function's timeout allows for that.
const STOPS_AFTER: Duration = Duration::from_secs(50);
/// How far ahead mails count as waiting: those that will be tried again within two hours should have been sent by now.
const SOON: SignedDuration = SignedDuration::from_hours(2);

impl Mailer {
    /// Sends every mail that is due, for as long as a sweep may take, and the digest. A mail that cannot be sent does not hold up
    /// the others.
    ///
    /// # Errors
    /// When the outbox cannot be read, or the digest not be queued.
    pub(crate) async fn sweep(&self) -> Result<(), MailerError> {
        self.send_due().await?;
        self.digest().await
    }

    async fn send_due(&self) -> Result<(), MailerError> {
        let started = Instant::now();
        let now = self.clock.now();
        let soon = now.saturating_add(SOON).unwrap_or(now);
        let waiting = self.outbox.waiting(soon).await?;
        let due: Vec<&RawMail> = waiting.iter().filter(|mail| mail.is_due(now)).collect();
        let mut handled = 0;
        for mail in &due {
            if started.elapsed() > STOPS_AFTER || self.pace.is_paused(now) {
                break;
            }
            handled += 1;
            let id = mail.id();
            if let Err(error) = self.deliver(id).await {
                tracing::error!(mail.id = id, error = %Causes(&error), "left a mail for later");
            }
        }
        let left = due.len() - handled;
        if left > 0 {
            tracing::warn!(
                mails = left,
                "the next sweep goes on with the mails that are due"
            );
        }
        measure(&waiting, self.pace.is_paused(now), now);
        Ok(())
    }
}

/// Measures the mails that should have been sent when the sweep began, including those that wait to be tried again.
fn measure(waiting: &[RawMail], is_paused: bool, now: Timestamp) {
    let late: Vec<u64> = waiting
        .iter()
        .map(|mail| mail.first_due_at().unwrap_or(now))
        .filter_map(|since| u64::try_from(now.duration_since(since).as_secs()).ok())
        .collect();
    let oldest = late.iter().max().copied().unwrap_or_default();
    metrics::record(&[(Metric::OldestWaitingMail, oldest)]);
    tracing::info!(
        mails.waiting = late.len(),
        mails.paused = is_paused,
        "swept"
    );
}
