//! A door before the store that counts the calls that go through it, by operation, and the tries of each transaction.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use articles::ArticleDesk;
use axum::{
    Router,
    body::Bytes,
    extract::{Request, State},
    http::{HeaderMap, StatusCode},
    middleware::{Next, from_fn},
    response::{IntoResponse, Response},
};
use booking::BookingDesk;
use contact::ContactDesk;
use serde_json::Value;
use shared::{
    clock::Clock,
    environment::Environment,
    http::{ClientAddress, edge},
};
use tokio::net::TcpListener;

use crate::{Desk, NOW};

/// The functions with routes, talking to the desk's store through a counter; the counter, and their address.
/// They take a sender's address from `x-forwarded-for`.
pub async fn counted(desk: &Desk) -> (Counter, String) {
    let mut variables = desk.environment().await;
    let counter = Counter::before(&variables["AWS_ENDPOINT_URL_DYNAMODB"]).await;
    variables.insert("AWS_ENDPOINT_URL_DYNAMODB".to_owned(), counter.url.clone());
    let environment: Environment = variables.into_iter().collect();
    let clock = Clock::system();
    clock.set(NOW.parse().unwrap());
    let reads = |function: &str, count: usize| {
        let read = BTreeMap::from([("GetItem".to_owned(), count)]);
        assert_eq!(counter.take(), read, "{function} opens with {count} reads");
    };
    let contact = ContactDesk::open(&environment, clock.clone())
        .await
        .unwrap();
    reads("contact", 1);
    let booking = BookingDesk::open(&environment, clock.clone())
        .await
        .unwrap();
    reads("booking", 1);
    let articles = ArticleDesk::open(&environment, clock).await.unwrap();
    // The clinic; the head of the catalogue, and its one part.
    reads("articles", 3);
    let site = articles.site();
    let routes = contact::routes(contact).merge(booking::routes(booking));
    let routes = edge(routes.merge(articles::routes(articles)), site).layer(from_fn(forwarded));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async { axum::serve(listener, routes).await.unwrap() });
    (counter, url)
}

async fn forwarded(mut request: Request, next: Next) -> Response {
    let address = request.headers().get("x-forwarded-for");
    let address = address.map_or("127.0.0.1", |address| address.to_str().unwrap());
    let address = ClientAddress(address.parse().unwrap());
    request.extensions_mut().insert(address);
    next.run(request).await
}

#[derive(Clone)]
pub struct Counter {
    pub url: String,
    behind: String,
    http: reqwest::Client,
    calls: Arc<Mutex<BTreeMap<String, usize>>>,
    /// By the token that all tries of a transaction carry.
    tries: Arc<Mutex<BTreeMap<String, usize>>>,
    consistent_reads: Arc<AtomicUsize>,
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
            tries: Arc::default(),
            consistent_reads: Arc::default(),
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

    /// How many reads asked to see every write before them.
    #[must_use]
    pub fn consistent_reads(&self) -> usize {
        self.consistent_reads.load(Ordering::SeqCst)
    }

    /// How many tries each transaction took so far, in order.
    #[must_use]
    pub fn tries(&self) -> Vec<usize> {
        let mut tries: Vec<usize> = self.tries.lock().unwrap().values().copied().collect();
        tries.sort_unstable();
        tries
    }
}

async fn pass(State(counter): State<Counter>, mut headers: HeaderMap, body: Bytes) -> Response {
    let target = headers["x-amz-target"].to_str().unwrap();
    let operation = target.rsplit('.').next().unwrap().to_owned();
    *counter.calls.lock().unwrap().entry(operation).or_default() += 1;
    let call: Value = serde_json::from_slice(&body).unwrap();
    if call["ConsistentRead"] == true {
        counter.consistent_reads.fetch_add(1, Ordering::SeqCst);
    }
    if let Some(token) = call["ClientRequestToken"].as_str() {
        let mut tries = counter.tries.lock().unwrap();
        *tries.entry(token.to_owned()).or_default() += 1;
    }
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
