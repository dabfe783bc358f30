//! How a function's binary runs under Lambda.

pub mod gateway;

use std::{future::Future, time::Instant};

use axum::{Router, middleware::from_fn_with_state};
use lambda_runtime::{LambdaEvent, service_fn};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    aws::AwsError,
    consumption::metered,
    environment::{Environment, MissingVariable},
    http::{OriginKey, edge, require_origin_key},
    link::LinkKeysError,
    pages::Site,
};

#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(transparent)]
    Missing(#[from] MissingVariable),
    #[error(transparent)]
    Aws(#[from] AwsError),
    #[error(transparent)]
    LinkKeys(#[from] LinkKeysError),
}

/// Serves a function's routes to API Gateway, behind the [`edge`]. If `ORIGIN_KEY` is set, only requests with that
/// key are served.
///
/// This asks Lambda for the first event, so a function opens its connections before.
///
/// # Errors
/// When the Lambda runtime API is not there.
pub async fn serve(
    routes: Router,
    site: Site,
    environment: &Environment,
) -> Result<(), lambda_runtime::Error> {
    let routes = match OriginKey::from_environment(environment) {
        Some(key) => routes.layer(from_fn_with_state(key, require_origin_key)),
        None => routes,
    };
    let routes = &edge(routes, site);
    let answer = |event| gateway::answer(routes.clone(), event);
    lambda_runtime::run(service_fn(answer)).await
}

/// Passes a function's events to `work`, and logs one line about each.
///
/// # Errors
/// When the Lambda runtime API is not there.
pub async fn handle<E, A, X, F>(work: impl Fn(E) -> F) -> Result<(), lambda_runtime::Error>
where
    E: DeserializeOwned + 'static,
    A: Serialize,
    X: std::error::Error + Send + Sync + 'static,
    F: Future<Output = Result<A, X>>,
{
    let work = &work;
    lambda_runtime::run(service_fn(move |event: LambdaEvent<E>| async move {
        let started = Instant::now();
        let (done, taken) = metered(Box::pin(work(event.payload))).await;
        tracing::info!(
            request.id = event.context.request_id,
            event.handled = done.is_ok(),
            event.millis = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
            dynamodb.calls = taken.calls,
            dynamodb.capacity = taken.capacity,
            "handled"
        );
        Ok::<A, lambda_runtime::Error>(done?)
    }))
    .await
}
