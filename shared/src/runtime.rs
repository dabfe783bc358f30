//! How a function's binary runs under Lambda.

use axum::Router;

use crate::{
    aws::AwsError, clinic::ClinicError, environment::MissingVariable, http::edge,
    link::LinkKeysError,
};

/// The function cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A variable is missing.
    #[error(transparent)]
    Missing(#[from] MissingVariable),
    /// The AWS clients cannot be made.
    #[error(transparent)]
    Aws(#[from] AwsError),
    /// The clinic cannot be had.
    #[error(transparent)]
    Clinic(#[from] ClinicError),
    /// The link keys cannot be used.
    #[error(transparent)]
    LinkKeys(#[from] LinkKeysError),
}

/// Serves a function's routes to API Gateway, behind the [`edge`].
///
/// The first event is asked for here: whatever a function has to open, it opens before.
///
/// # Errors
/// When the Lambda runtime API is not there.
pub async fn serve(routes: Router) -> Result<(), lambda_http::Error> {
    lambda_http::run(edge(routes)).await
}
