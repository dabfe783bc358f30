//! What a new version of a function is asked before it gets its first request.

use std::future::Future;

use serde_json::{Value, json};

use crate::{clinic::ClinicError, store};

/// Why a function could not do its work.
#[derive(Debug, thiserror::Error)]
pub enum Unwell {
    #[error(transparent)]
    Clinic(#[from] ClinicError),
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// What can say whether it could do its work.
pub trait Health {
    /// Reads its clinic and its tables, and changes nothing.
    ///
    /// # Errors
    /// What it cannot read.
    fn check(&self) -> impl Future<Output = Result<(), Unwell>>;
}

/// Whether the event is the question, `{ "health": true }`. The gateway's events have no such field, whatever a caller
/// sends.
pub(super) fn is_asked(event: &Value) -> bool {
    event.get("health") == Some(&Value::Bool(true))
}

/// The answer of a function that is well. One that is not fails.
///
/// # Errors
/// [`Unwell`].
pub(super) async fn answer(function: &impl Health) -> Result<Value, Unwell> {
    function.check().await?;
    tracing::info!("asked for its health, and well");
    Ok(json!({ "healthy": true }))
}
