//! `DynamoDB` on loopback: the embedded engine's own HTTP server, and a door in front of it where calls fail on
//! request.

use anyhow::Result;
use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    http::{StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use dynoxide::{Database, server};
use http_body_util::Full;
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde_json::{Value, json};
use tokio::{sync::watch, task::JoinHandle};

use super::{
    faults::{DynamoDbFault, Faults},
    server::{self as loopback, bind, until},
};

/// `DynamoDB`'s own limit for a request, in bytes.
const BODY_LIMIT: usize = 16 * 1024 * 1024;

#[derive(Clone)]
struct Door {
    engine: Client<HttpConnector, Full<Bytes>>,
    engine_url: String,
    faults: Faults,
}

/// Serves the store. Returns the address to use and the tasks that serve it.
pub(super) fn serve(
    database: Database,
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
        faults,
    };
    let (listener, url) = bind(0)?;
    let routes = Router::new().fallback(pass).with_state(door);
    Ok((url, [loopback::serve(listener, routes, stopped), engine]))
}

async fn pass(State(door): State<Door>, request: Request) -> Response {
    let target = request
        .headers()
        .get("x-amz-target")
        .and_then(|target| target.to_str().ok());
    let is_transaction = target.is_some_and(|target| target.ends_with(".TransactWriteItems"));
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, BODY_LIMIT).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    match door.faults.dynamodb(is_transaction) {
        DynamoDbFault::Ok => door.forward(parts, body).await,
        DynamoDbFault::Down => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        DynamoDbFault::Throttle => refusal(&json!({
            "__type": "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException",
            "message": "The level of configured provisioned throughput for the table was exceeded.",
        })),
        DynamoDbFault::Conflict => refusal(&conflict(&body)),
        DynamoDbFault::LostReply => {
            door.forward(parts, body).await;
            broken_off()
        }
    }
}

impl Door {
    async fn forward(&self, mut parts: axum::http::request::Parts, body: Bytes) -> Response {
        parts.uri = self.engine_url.parse::<Uri>().unwrap_or_default();
        parts.headers.remove(header::HOST);
        let request = axum::http::Request::from_parts(parts, Full::new(body));
        match self.engine.request(request).await {
            Ok(response) => response.map(Body::new),
            Err(_) => StatusCode::BAD_GATEWAY.into_response(),
        }
    }
}

fn refusal(body: &Value) -> Response {
    let json = [(header::CONTENT_TYPE, "application/x-amz-json-1.0")];
    (StatusCode::BAD_REQUEST, json, body.to_string()).into_response()
}

/// The answer of `DynamoDB`: a reason for each item, the first of them in conflict.
fn conflict(body: &[u8]) -> Value {
    let request: Value = serde_json::from_slice(body).unwrap_or_default();
    let items = request
        .get("TransactItems")
        .and_then(Value::as_array)
        .map_or(1, Vec::len);
    let mut reasons = vec![json!({ "Code": "None" }); items];
    if let Some(first) = reasons.first_mut() {
        *first = json!({ "Code": "TransactionConflict", "Message": "Transaction is ongoing for the item" });
    }
    json!({
        "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
        "Message": "Transaction cancelled, please refer cancellation reasons for specific reasons",
        "CancellationReasons": reasons,
    })
}

/// An answer that breaks off before it is complete.
fn broken_off() -> Response {
    let reset = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
    let nothing = futures_util::stream::once(async { Err::<Bytes, _>(reset) });
    let mut response = Response::new(Body::from_stream(nothing));
    response
        .headers_mut()
        .insert(header::CONTENT_LENGTH, 2.into());
    response
}
