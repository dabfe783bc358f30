//! Asking a front desk that runs on this machine where everything is.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use axum::body::Bytes;
use http_body_util::{BodyExt as _, Empty};
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use serde::Deserialize;
use shared::environment::Environment;

#[derive(Deserialize)]
struct Answer {
    environment: BTreeMap<String, String>,
}

/// The environment of the front desk that serves on this port.
///
/// # Errors
/// When none does.
pub async fn environment_at(port: u16) -> Result<Environment> {
    let url = format!("http://127.0.0.1:{port}/_local/endpoints");
    let missing = || format!("no front desk answers on port {port}: start it with `cargo run`");
    let client: Client<_, Empty<Bytes>> = Client::builder(TokioExecutor::new()).build_http();
    let response = client.get(url.parse()?).await.with_context(missing)?;
    let body = response.into_body().collect().await.with_context(missing)?;
    let answer: Answer = serde_json::from_slice(&body.to_bytes()).with_context(missing)?;
    Ok(answer.environment.into_iter().collect())
}
