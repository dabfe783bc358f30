//! The front desk's time, injected so that it can be moved.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use jiff::{SignedDuration, Timestamp};

/// A clock that runs with the system's, and may be ahead of it or behind it.
///
/// Clones share the shift, so moving one clock moves all of them.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    shift_micros: Arc<AtomicI64>,
}

impl Clock {
    /// The system's time, not shifted.
    #[must_use]
    pub fn system() -> Self {
        Self::default()
    }

    #[must_use]
    pub fn now(&self) -> Timestamp {
        let shift = SignedDuration::from_micros(self.shift_micros.load(Ordering::Relaxed));
        system_now().saturating_add(shift).unwrap_or(Timestamp::MAX)
    }

    /// Sets the clock to `moment`; it runs on from there.
    pub fn set(&self, moment: Timestamp) {
        let shift = moment.duration_since(system_now());
        // Rounded up: what is due at that moment is due from now on.
        let micros = i64::try_from(shift.as_micros() + 1).unwrap_or(i64::MAX);
        self.shift_micros.store(micros, Ordering::Relaxed);
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place that asks the system"
)]
fn system_now() -> Timestamp {
    Timestamp::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_clock_runs_on_from_there_for_every_clone() {
        let clock = Clock::system();
        let clone = clock.clone();
        let moment: Timestamp = "2026-12-01T14:00:00Z".parse().unwrap();

        clock.set(moment);

        let since = clone.now().duration_since(moment);
        let soon = SignedDuration::ZERO..SignedDuration::from_secs(5);
        assert!(soon.contains(&since), "{since}");
    }
}
