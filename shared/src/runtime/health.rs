//! The health check that a new version of a function has to pass before it gets its first request.

use std::future::Future;

use serde::Serialize;
use serde_json::{Value, json};

use crate::{clinic::ClinicError, store};

/// Why a function cannot do its work.
#[derive(Debug, thiserror::Error)]
pub enum Unhealthy {
    #[error(transparent)]
    Clinic(#[from] ClinicError),
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// A function that can check whether it is able to do its work.
pub trait Health {
    /// Reads its clinic and its tables, and changes nothing.
    ///
    /// # Errors
    /// What it cannot read.
    fn check(&self) -> impl Future<Output = Result<(), Unhealthy>>;
}

/// What a function answers to an event. It is written as it is, once.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Answer<A> {
    Health(Value),
    Done(A),
}

/// Whether the event is a health check, `{ "health": true }`. The gateway's events have no such field, whatever a
/// caller sends.
pub(super) fn is_asked(event: &Value) -> bool {
    event.get("health") == Some(&Value::Bool(true))
}

/// Answers a health check: `{ "healthy": true }`, or an error when the function is not healthy.
///
/// # Errors
/// [`Unhealthy`].
pub(super) async fn answer<A>(function: &impl Health) -> Result<Answer<A>, Unhealthy> {
    function.check().await?;
    tracing::info!("passed the health check");
    Ok(Answer::Health(json!({ "healthy": true })))
}
