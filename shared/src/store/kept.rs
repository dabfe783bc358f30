//! What is published, held in memory and read again beside a request.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// How long it is used without being read again.
const GOOD_FOR: Duration = Duration::from_mins(1);

/// Something that is published; clones share it.
#[derive(Debug)]
pub struct Kept<T>(Arc<Mutex<Option<Held<T>>>>);

#[derive(Debug)]
struct Held<T> {
    value: Arc<T>,
    read_at: Instant,
}

impl<T> Kept<T> {
    /// As it was last read. `None` when it has never been read.
    #[must_use]
    pub fn get(&self) -> Option<Arc<T>> {
        self.held().as_ref().map(|held| Arc::clone(&held.value))
    }

    /// Takes the place of what was read before, and returns it.
    pub fn set(&self, value: T) -> Arc<T> {
        let value = Arc::new(value);
        *self.held() = Some(Held {
            value: Arc::clone(&value),
            read_at: Instant::now(),
        });
        value
    }

    /// What was last read, if that is more than a minute ago. The caller has to read it again; for the next minute,
    /// others get `None`.
    #[must_use]
    pub fn due(&self) -> Option<Arc<T>> {
        let mut held = self.held();
        let held = held.as_mut()?;
        if held.read_at.elapsed() < GOOD_FOR {
            return None;
        }
        held.read_at = Instant::now();
        Some(Arc::clone(&held.value))
    }

    fn held(&self) -> MutexGuard<'_, Option<Held<T>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<T> Clone for Kept<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}
