//! How fast the account may send, and whether it may at all.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use aws_sdk_sesv2::Client as Ses;
use jiff::{SignedDuration, Timestamp};

/// How long the rate that SES reported is used. AWS raises it now and then.
const HOLDS: Duration = Duration::from_hours(1);
/// How long to wait before asking again when SES did not answer.
const ASK_AGAIN: Duration = Duration::from_mins(1);
/// As many mailers as run at the same time at most: `ReservedConcurrentExecutions` in the template.
const SENDERS: f64 = 5.0;
/// How long nothing is tried while the account is paused.
const PAUSE: SignedDuration = SignedDuration::from_mins(15);

/// Keeps a mailer below the account's rate, and quiet while the account is paused.
#[derive(Debug, Default)]
pub(crate) struct Pace(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// The time between two mails, and until when that is known.
    gap: Option<(Duration, Instant)>,
    next: Option<Instant>,
    paused_until: Option<Timestamp>,
}

impl Pace {
    /// Waits until the next mail may be sent.
    pub(crate) async fn wait(&self, ses: &Ses) {
        let gap = match self.known() {
            Some(gap) => gap,
            None => self.ask(ses).await,
        };
        let now = Instant::now();
        let at = self.with(|state| {
            let at = state.next.map_or(now, |next| next.max(now));
            state.next = Some(at + gap);
            at
        });
        tokio::time::sleep_until(at.into()).await;
    }

    /// Notes that the account is paused, and returns until when nothing is to be tried.
    pub(crate) fn pause(&self, now: Timestamp) -> Timestamp {
        let until = now.saturating_add(PAUSE).unwrap_or(now);
        self.with(|state| state.paused_until = Some(until));
        until
    }

    /// Whether the account was paused a short time ago.
    pub(crate) fn is_paused(&self, now: Timestamp) -> bool {
        self.with(|state| state.paused_until)
            .is_some_and(|until| now < until)
    }

    fn known(&self) -> Option<Duration> {
        let (gap, until) = self.with(|state| state.gap)?;
        (Instant::now() < until).then_some(gap)
    }

    /// Asks SES for the account's rate. Without an answer there is no gap: SES itself refuses what is too fast, and the
    /// mail waits then.
    async fn ask(&self, ses: &Ses) -> Duration {
        let rate = match ses.get_account().send().await {
            Ok(account) => account.send_quota.map(|quota| quota.max_send_rate),
            Err(error) => {
                let code = error
                    .as_service_error()
                    .and_then(|refused| refused.meta().code());
                tracing::warn!(code, "the account's sending rate is not known");
                None
            }
        };
        let gap = rate.map_or(Duration::ZERO, gap);
        let holds = if rate.is_some() { HOLDS } else { ASK_AGAIN };
        self.with(|state| state.gap = Some((gap, Instant::now() + holds)));
        gap
    }

    fn with<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The time between two mails of one sender, at a rate in mails a second.
fn gap(rate: f64) -> Duration {
    // The sandbox's rate is the lowest that AWS gives.
    Duration::from_secs_f64(SENDERS / rate.max(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_mailers_together_stay_below_the_rate() {
        for (rate, millis) in [(0.0, 5_000), (1.0, 5_000), (14.0, 357), (200.0, 25)] {
            assert_eq!(gap(rate).as_millis(), millis, "{rate}");
        }
    }

    #[test]
    fn a_pause_ends_by_itself() {
        let pace = Pace::default();
        let now: Timestamp = "2026-12-01T14:00:00Z".parse().unwrap();
        assert!(!pace.is_paused(now));

        let until = pace.pause(now);

        assert!(pace.is_paused(now) && !pace.is_paused(until));
    }
}
