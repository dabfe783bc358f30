//! `DynamoDB` on loopback: the embedded engine's own HTTP server, and a door in front of it.
//!
//! The engine accepts some calls that the real service refuses. The door refuses those as well, so that a call that
//! passes here passes at AWS: it knows the `limits` of the service, and which calls meet (`meetings`). It
//! also makes calls fail on request.

mod call;
mod limits;
mod meetings;
mod refusal;

use anyhow::Result;
use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    http::{StatusCode, Uri, header, request::Parts},
    middleware::from_fn,
    response::{IntoResponse, Response},
};
use dynoxide::{Database, server};
use http_body_util::Full;
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use tokio::{sync::watch, task::JoinHandle};

use self::{call::Call, meetings::Meetings};
use super::{
    faults::{DynamoDbFault, Faults},
    operation::Operation,
    server::{self as loopback, bind, until},
};
use crate::template::Keys;

/// `DynamoDB`'s own limit for a request, in bytes.
const BODY_LIMIT: usize = 16 * 1024 * 1024;

#[derive(Clone)]
struct Door {
    engine: Client<HttpConnector, Full<Bytes>>,
    engine_url: String,
    keys: Keys,
    meetings: Meetings,
    faults: Faults,
}

/// Serves the store, whose tables have these `keys`. Returns the address to use and the tasks that serve it.
pub(super) fn serve(
    database: Database,
    keys: Keys,
    faults: Faults,
    stopped: &watch::Receiver<bool>,
) -> Result<(String, [JoinHandle<()>; 2])> {
    let (listener, engine_url) = bind(0)?;
    let engine_stopped = until(stopped.clone());
    let engine = tokio::spawn(async move {
        if let Err(error) = server::serve_with_shutdown(listener, database, engine_stopped).await {
            tracing::error!(error, "the embedded DynamoDB stopped");
        }
    });
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    let door = Door {
        engine: Client::builder(TokioExecutor::new()).build(connector),
        engine_url,
        keys,
        meetings: Meetings::default(),
        faults,
    };
    let (listener, url) = bind(0)?;
    let routes = Router::new()
        .fallback(pass)
        .layer(from_fn(loopback::programs_only))
        .with_state(door);
    Ok((url, [loopback::serve(listener, routes, stopped), engine]))
}

async fn pass(State(door): State<Door>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, BODY_LIMIT).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let call = Call::read(&parts.headers, &body);
    match door
        .faults
        .dynamodb(call.operation, |table| call.is_about(table))
    {
        DynamoDbFault::Ok => door.carry_out(&call, parts, body).await,
        DynamoDbFault::Down => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        DynamoDbFault::Throttle => refusal::throttled(),
        DynamoDbFault::Conflict => conflict(&call),
        DynamoDbFault::LostReply => {
            door.carry_out(&call, parts, body).await;
            refusal::broken_off()
        }
    }
}

/// The conflict that was asked for: the first of a transaction's items, or the item of a single write.
fn conflict(call: &Call) -> Response {
    if call.operation.is_some_and(Operation::is_single_write) {
        return refusal::conflict();
    }
    let items = call.actions().len();
    let met: Vec<bool> = (0..items).map(|index| index == 0).collect();
    refusal::canceled(&met)
}

impl Door {
    async fn carry_out(&self, call: &Call, parts: Parts, body: Bytes) -> Response {
        if let Some(message) = limits::broken(call) {
            return refusal::invalid(&message);
        }
        let items = call.items(&self.keys);
        match call.operation {
            Some(Operation::TransactWriteItems) => match self.meetings.begin(items) {
                Ok(_under_way) => self.forward(parts, body).await,
                Err(met) => refusal::canceled(&met),
            },
            Some(operation)
                if operation.is_single_write()
                    && items.iter().flatten().any(|item| self.meetings.has(item)) =>
            {
                refusal::conflict()
            }
            _ => self.forward(parts, body).await,
        }
    }

    /// Passes a call on to the engine, which has carried it out when its answer begins.
    async fn forward(&self, mut parts: Parts, body: Bytes) -> Response {
        parts.uri = self.engine_url.parse::<Uri>().unwrap_or_default();
        parts.headers.remove(header::HOST);
        let request = axum::http::Request::from_parts(parts, Full::new(body));
        match self.engine.request(request).await {
            Ok(response) => response.map(Body::new),
            Err(_) => StatusCode::BAD_GATEWAY.into_response(),
        }
    }
}
