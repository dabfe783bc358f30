//! How a function's binary runs under Lambda.

pub mod gateway;
mod health;

use std::{future::Future, time::Instant};

use axum::{Router, middleware::from_fn_with_state};
use lambda_runtime::{LambdaEvent, service_fn};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use self::health::Answer;
pub use self::health::{Health, Unhealthy};

use crate::{
    aws::AwsError,
    consumption::metered,
    environment::{Environment, MissingVariable},
    http::{Origin, check_origin, edge},
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

/// Serves a function's routes to API Gateway, behind the [`edge`], and answers health checks for `desk`. With
/// `ORIGIN_KEYS`, requests with one of these keys come through the website; `DIRECT_ADDRESS` says whether others are
/// served.
///
/// This asks Lambda for the first event, so a function opens its connections before.
///
/// # Errors
/// When the Lambda runtime API is not there.
pub async fn serve(
    desk: impl Health,
    routes: Router,
    site: Site,
    environment: &Environment,
) -> Result<(), lambda_runtime::Error> {
    let routes = edge(routes, site);
    // Before the edge, which holds answers.
    let routes = match Origin::from_environment(environment) {
        Some(origin) => routes.layer(from_fn_with_state(origin, check_origin)),
        None => routes,
    };
    let (desk, routes) = (&desk, &routes);
    lambda_runtime::run(service_fn(move |event: LambdaEvent<Value>| async move {
        if health::is_asked(&event.payload) {
            return Ok(health::answer(desk).await?);
        }
        let answer = gateway::answer(routes.clone(), event).await?;
        Ok::<_, lambda_runtime::Error>(Answer::Done(answer))
    }))
    .await
}

/// Passes a function's events to `work`, logs one line about each, and answers health checks for `function`.
///
/// # Errors
/// When the Lambda runtime API is not there.
pub async fn handle<E, A, X, F>(
    function: &impl Health,
    work: impl Fn(E) -> F,
) -> Result<(), lambda_runtime::Error>
where
    E: DeserializeOwned + 'static,
    A: Serialize,
    X: std::error::Error + Send + Sync + 'static,
    F: Future<Output = Result<A, X>>,
{
    let work = &work;
    lambda_runtime::run(service_fn(move |event: LambdaEvent<Value>| async move {
        if health::is_asked(&event.payload) {
            return Ok(health::answer(function).await?);
        }
        let started = Instant::now();
        let payload = serde_json::from_value(event.payload)?;
        let (done, taken) = metered(Box::pin(work(payload))).await;
        tracing::info!(
            request.id = event.context.request_id,
            event.handled = done.is_ok(),
            event.millis = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
            dynamodb.calls = taken.calls,
            dynamodb.capacity = taken.capacity,
            dynamodb.throttled = taken.throttled,
            "handled"
        );
        Ok::<_, lambda_runtime::Error>(Answer::Done(done?))
    }))
    .await
}
