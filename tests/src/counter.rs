//! A door before the store that counts the calls that go through it, by operation.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use tokio::net::TcpListener;

#[derive(Clone)]
pub struct Counter {
    pub url: String,
    behind: String,
    http: reqwest::Client,
    calls: Arc<Mutex<BTreeMap<String, usize>>>,
}

impl Counter {
    /// Opens the door before the store at `behind`.
    pub async fn before(behind: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let counter = Self {
            url: format!("http://{}", listener.local_addr().unwrap()),
            behind: behind.to_owned(),
            http: reqwest::Client::new(),
            calls: Arc::default(),
        };
        let routes = Router::new().fallback(pass).with_state(counter.clone());
        tokio::spawn(async { axum::serve(listener, routes).await.unwrap() });
        counter
    }

    /// The calls since the last time.
    #[must_use]
    pub fn take(&self) -> BTreeMap<String, usize> {
        std::mem::take(&mut self.calls.lock().unwrap())
    }
}

async fn pass(State(counter): State<Counter>, mut headers: HeaderMap, body: Bytes) -> Response {
    let target = headers["x-amz-target"].to_str().unwrap();
    let operation = target.rsplit('.').next().unwrap().to_owned();
    *counter.calls.lock().unwrap().entry(operation).or_default() += 1;
    headers.remove("host");
    let answer = counter
        .http
        .post(&counter.behind)
        .headers(headers)
        .body(body)
        .send()
        .await
        .unwrap();
    let status = StatusCode::from_u16(answer.status().as_u16()).unwrap();
    let headers = answer.headers().clone();
    (status, headers, answer.bytes().await.unwrap()).into_response()
}
