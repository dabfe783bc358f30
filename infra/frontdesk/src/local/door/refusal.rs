//! The answers of `DynamoDB` to a call that it does not carry out.

use axum::{
    body::{Body, Bytes},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

/// The call is over a limit, or wrong in another way.
pub(super) fn invalid(message: &str) -> Response {
    let kind = "com.amazon.coral.validate#ValidationException";
    refusal(&json!({ "__type": kind, "message": message }))
}

/// The table is used beyond its throughput.
pub(super) fn throttled() -> Response {
    refusal(&json!({
        "__type": "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException",
        "message": "The level of configured provisioned throughput for the table was exceeded.",
    }))
}

/// A transaction has the item of a single write.
pub(super) fn conflict() -> Response {
    refusal(&json!({
        "__type": "com.amazonaws.dynamodb.v20120810#TransactionConflictException",
        "message": "Transaction is ongoing for the item",
    }))
}

/// Another transaction has some of a transaction's items: those that are `met`.
pub(super) fn canceled(met: &[bool]) -> Response {
    let reason = |met: &bool| match met {
        true => {
            json!({ "Code": "TransactionConflict", "Message": "Transaction is ongoing for the item" })
        }
        false => json!({ "Code": "None" }),
    };
    refusal(&json!({
        "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
        "Message": "Transaction cancelled, please refer cancellation reasons for specific reasons",
        "CancellationReasons": met.iter().map(reason).collect::<Vec<Value>>(),
    }))
}

fn refusal(body: &Value) -> Response {
    let json = [(header::CONTENT_TYPE, "application/x-amz-json-1.0")];
    (StatusCode::BAD_REQUEST, json, body.to_string()).into_response()
}

/// An answer that breaks off before it is complete.
pub(super) fn broken_off() -> Response {
    let reset = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
    let nothing = futures_util::stream::once(async { Err::<Bytes, _>(reset) });
    let mut response = Response::new(Body::from_stream(nothing));
    let length = header::CONTENT_LENGTH;
    response.headers_mut().insert(length, 2.into());
    response
}
