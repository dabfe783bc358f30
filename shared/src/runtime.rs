//! How a function's binary runs under Lambda.

use axum::Router;

use crate::http::edge;

/// Serves a function's routes to API Gateway, behind the [`edge`].
///
/// The first event is asked for here: whatever a function has to open, it opens before.
///
/// # Errors
/// When the Lambda runtime API is not there.
pub async fn serve(routes: Router) -> Result<(), lambda_http::Error> {
    lambda_http::run(edge(routes)).await
}
