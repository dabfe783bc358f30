//! One all-or-nothing write to `DynamoDB`, and what its refusal means.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use aws_sdk_dynamodb::{
    Client,
    error::SdkError,
    operation::transact_write_items::TransactWriteItemsError,
    types::{AttributeValue, CancellationReason, Put, TransactWriteItem, Update},
};

use crate::{reference::random_u64, telemetry::Causes};

/// An item as `DynamoDB` holds it.
pub type Item = HashMap<String, AttributeValue>;

/// The write did not happen.
#[derive(Debug, thiserror::Error)]
pub enum Uncommitted {
    /// A condition did not hold. By position of the item: `Some` where it was this one's, with the
    /// item that stood there, if it was asked for.
    #[error("a condition did not hold")]
    Refused(Vec<Option<Refusal>>),
    /// The store did not answer, or was busy until the end.
    #[error("the store is unavailable")]
    Unavailable(#[source] StoreError),
}

/// A condition that did not hold.
#[derive(Clone, Debug, Default)]
pub struct Refusal {
    /// The item that stood there, for a write that asks for it.
    pub old: Option<Item>,
}

/// What the SDK says of a failed call, without the request's content.
#[derive(Debug, thiserror::Error)]
#[error("{operation}: {cause}")]
pub struct StoreError {
    operation: &'static str,
    cause: String,
}

impl StoreError {
    /// Wraps a failed call. The SDK's errors hold no request body.
    pub fn new<E>(operation: &'static str, error: &E) -> Self
    where
        E: std::error::Error + 'static,
    {
        Self {
            operation,
            cause: Causes(error).to_string(),
        }
    }

    /// An item that is not as this program writes it.
    #[must_use]
    pub fn unreadable(what: &'static str) -> Self {
        Self {
            operation: what,
            cause: "the stored item cannot be read".to_owned(),
        }
    }
}

/// How often a write that met another one is tried, and until when. The last try may take the SDK's
/// five seconds, which stays below a function's ten.
const TRIES: u32 = 5;
const PATIENCE: Duration = Duration::from_secs(4);

/// Writes all `items` or none: one call, unless the store is busy with one of them.
///
/// `DynamoDB` cancels one of two transactions that meet on an item; that is tried again with jitter.
/// All tries carry one token, so a write whose reply was lost is not done twice
/// (`ClientRequestToken`, honoured for ten minutes).
///
/// # Errors
/// [`Uncommitted`].
pub async fn commit(client: &Client, items: Vec<TransactWriteItem>) -> Result<(), Uncommitted> {
    let started = Instant::now();
    let token = format!("{:016x}{:016x}", random_u64(), random_u64());
    let mut tries = 0;
    loop {
        let sent = client
            .transact_write_items()
            .client_request_token(&token)
            .set_transact_items(Some(items.clone()))
            .send()
            .await;
        let Err(error) = sent else { return Ok(()) };
        tries += 1;
        match outcome(&error) {
            Outcome::Refused(refusals) => return Err(Uncommitted::Refused(refusals)),
            Outcome::Again if tries < TRIES && started.elapsed() < PATIENCE => {
                let longest = 20_u64 << tries;
                tokio::time::sleep(Duration::from_millis(fastrand::u64(longest / 2..=longest)))
                    .await;
            }
            Outcome::Again | Outcome::Broken => {
                return Err(Uncommitted::Unavailable(StoreError::new(
                    "TransactWriteItems",
                    &error,
                )));
            }
        }
    }
}

enum Outcome {
    Refused(Vec<Option<Refusal>>),
    Again,
    Broken,
}

fn outcome(error: &SdkError<TransactWriteItemsError>) -> Outcome {
    match error.as_service_error() {
        Some(TransactWriteItemsError::TransactionCanceledException(canceled)) => {
            of_reasons(canceled.cancellation_reasons())
        }
        Some(
            TransactWriteItemsError::TransactionInProgressException(_)
            | TransactWriteItemsError::ProvisionedThroughputExceededException(_)
            | TransactWriteItemsError::RequestLimitExceeded(_)
            | TransactWriteItemsError::ThrottlingException(_)
            | TransactWriteItemsError::InternalServerError(_),
        ) => Outcome::Again,
        // The request is wrong or not allowed: that does not pass.
        Some(error) if error.meta().code().is_some() => Outcome::Broken,
        // No reply, or one that is not DynamoDB's own: it may have been written. Ask again.
        _ => Outcome::Again,
    }
}

/// A reason for each item, in their order. A conflict anywhere makes the others guesses.
fn of_reasons(reasons: &[CancellationReason]) -> Outcome {
    let is = |reason: &CancellationReason, code| reason.code() == Some(code);
    let busy = [
        "TransactionConflict",
        "ThrottlingError",
        "ProvisionedThroughputExceeded",
    ];
    if reasons
        .iter()
        .any(|reason| busy.iter().any(|code| is(reason, code)))
    {
        return Outcome::Again;
    }
    if !reasons
        .iter()
        .any(|reason| is(reason, "ConditionalCheckFailed"))
    {
        return Outcome::Broken;
    }
    let refusal = |reason: &CancellationReason| {
        let old = reason.item.clone().filter(|item| !item.is_empty());
        is(reason, "ConditionalCheckFailed").then_some(Refusal { old })
    };
    Outcome::Refused(reasons.iter().map(refusal).collect())
}

/// A `Put` as a part of a transaction.
#[must_use]
pub fn put(put: Put) -> TransactWriteItem {
    TransactWriteItem::builder().put(put).build()
}

/// An `Update` as a part of a transaction.
#[must_use]
pub fn update(update: Update) -> TransactWriteItem {
    TransactWriteItem::builder().update(update).build()
}

/// A `Put` of an item that must not be there yet. `key` is its partition key's name.
///
/// # Errors
/// When the item cannot be written as `DynamoDB` attributes.
pub fn put_new(
    table: &str,
    key: &str,
    item: impl serde::Serialize,
) -> Result<TransactWriteItem, StoreError> {
    let item: Item =
        serde_dynamo::to_item(item).map_err(|error| StoreError::new("PutItem", &error))?;
    let new = Put::builder()
        .table_name(table)
        .set_item(Some(item))
        .condition_expression("attribute_not_exists(#key)")
        .expression_attribute_names("#key", key)
        .build()
        .map_err(|error| StoreError::new("PutItem", &error))?;
    Ok(put(new))
}
