//! Asks a front desk that runs on this machine for its environment and its time.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use axum::body::Bytes;
use http_body_util::{BodyExt as _, Empty};
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use jiff::Timestamp;
use serde::{Deserialize, de::DeserializeOwned};
use shared::environment::Environment;

#[derive(Deserialize)]
struct Endpoints {
    environment: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct ClockNow {
    now: Timestamp,
}

/// The environment and the time of the front desk that serves on this port.
///
/// # Errors
/// When no front desk answers there.
pub async fn ask(port: u16) -> Result<(Environment, Timestamp)> {
    let endpoints: Endpoints = get(port, "endpoints").await?;
    let clock: ClockNow = get(port, "clock").await?;
    Ok((endpoints.environment.into_iter().collect(), clock.now))
}

async fn get<T: DeserializeOwned>(port: u16, what: &str) -> Result<T> {
    let url = format!("http://127.0.0.1:{port}/_local/{what}");
    let missing = || format!("no front desk answers on port {port}: start it with `cargo run`");
    let client: Client<_, Empty<Bytes>> = Client::builder(TokioExecutor::new()).build_http();
    let response = client.get(url.parse()?).await.with_context(missing)?;
    let body = response.into_body().collect().await.with_context(missing)?;
    serde_json::from_slice(&body.to_bytes()).with_context(missing)
}
