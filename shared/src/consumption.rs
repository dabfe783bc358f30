//! How many calls and how much capacity of `DynamoDB` a piece of work uses, as `DynamoDB` itself counts them, and
//! how many calls it throttles.

use std::{
    future::Future,
    sync::{Arc, Mutex, PoisonError},
};

use aws_sdk_dynamodb::{
    config::{
        ConfigBag, Intercept, RuntimeComponents,
        interceptors::{
            BeforeSerializationInterceptorContextMut, BeforeTransmitInterceptorContextRef,
            FinalizerInterceptorContextRef,
        },
    },
    error::BoxError,
    operation::{
        get_item::{GetItemInput, GetItemOutput},
        put_item::{PutItemInput, PutItemOutput},
        query::{QueryInput, QueryOutput},
        transact_write_items::{TransactWriteItemsInput, TransactWriteItemsOutput},
        update_item::{UpdateItemInput, UpdateItemOutput},
    },
    types::{ConsumedCapacity, ReturnConsumedCapacity},
};
use serde::Deserialize;

use crate::metrics::{self, Metric};

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Consumption {
    /// Requests sent; each retry counts.
    pub calls: u32,
    /// Read and write capacity units together. A refused write reports none.
    pub capacity: f64,
    /// Requests that `DynamoDB` refused because a table or an index was at its cap; each retry counts.
    pub throttled: u32,
}

tokio::task_local! {
    static METER: Arc<Mutex<Consumption>>;
}

/// Runs `work` and returns what it used. Tasks that it spawns are not counted. What was throttled is a metric, too.
pub async fn metered<F: Future>(work: F) -> (F::Output, Consumption) {
    let meter = Arc::<Mutex<Consumption>>::default();
    let done = METER.scope(Arc::clone(&meter), work).await;
    let taken = *meter.lock().unwrap_or_else(PoisonError::into_inner);
    if taken.throttled > 0 {
        metrics::record(&[(Metric::TablesThrottled, taken.throttled.into())]);
    }
    (done, taken)
}

fn count(add: impl FnOnce(&mut Consumption)) {
    // Outside of metered work, nothing is counted.
    let _ = METER.try_with(|meter| add(&mut meter.lock().unwrap_or_else(PoisonError::into_inner)));
}

/// An error of `DynamoDB` as it goes over the wire.
/// (<https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html>)
#[derive(Deserialize)]
struct Refusal {
    #[serde(rename = "__type")]
    kind: String,
    /// Of a transaction, one for each item.
    #[serde(rename = "CancellationReasons", default)]
    reasons: Vec<Reason>,
}

#[derive(Deserialize)]
struct Reason {
    #[serde(rename = "Code", default)]
    code: String,
}

/// Whether a call was refused because a table or an index was at its cap.
fn is_throttled(error: &[u8]) -> bool {
    const CODES: [&str; 5] = [
        "ThrottlingException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ThrottlingError",
        "ProvisionedThroughputExceeded",
    ];
    let Ok(Refusal { kind, reasons }) = serde_json::from_slice(error) else {
        return false;
    };
    let kind = kind.rsplit('#').next().unwrap_or_default();
    let mut codes = reasons.iter().map(|reason| reason.code.as_str());
    CODES.contains(&kind) || codes.any(|code| CODES.contains(&code))
}

/// Counts the calls of the client that it is given to.
#[derive(Debug)]
pub(crate) struct Meter;

impl Intercept for Meter {
    fn name(&self) -> &'static str {
        "Meter"
    }

    fn modify_before_serialization(
        &self,
        context: &mut BeforeSerializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        macro_rules! ask {
            ($($input:ty),*) => {$(
                if let Some(input) = context.input_mut().downcast_mut::<$input>() {
                    input.return_consumed_capacity = Some(ReturnConsumedCapacity::Total);
                }
            )*};
        }
        ask!(
            GetItemInput,
            PutItemInput,
            QueryInput,
            TransactWriteItemsInput,
            UpdateItemInput
        );
        Ok(())
    }

    fn read_before_transmit(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        count(|taken| taken.calls += 1);
        Ok(())
    }

    fn read_after_attempt(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let refused = context
            .response()
            .filter(|response| response.status().is_client_error());
        let error = refused.and_then(|response| response.body().bytes());
        if error.is_some_and(is_throttled) {
            count(|taken| taken.throttled += 1);
        }
        Ok(())
    }

    fn read_after_execution(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let Some(Ok(output)) = context.output_or_error() else {
            return Ok(());
        };
        let one = |one: Option<&ConsumedCapacity>| one.and_then(ConsumedCapacity::capacity_units);
        let units = if let Some(output) = output.downcast_ref::<GetItemOutput>() {
            one(output.consumed_capacity())
        } else if let Some(output) = output.downcast_ref::<PutItemOutput>() {
            one(output.consumed_capacity())
        } else if let Some(output) = output.downcast_ref::<QueryOutput>() {
            one(output.consumed_capacity())
        } else if let Some(output) = output.downcast_ref::<UpdateItemOutput>() {
            one(output.consumed_capacity())
        } else if let Some(output) = output.downcast_ref::<TransactWriteItemsOutput>() {
            let tables = output.consumed_capacity().iter();
            tables.map(ConsumedCapacity::capacity_units).sum()
        } else {
            None
        };
        count(|taken| taken.capacity += units.unwrap_or_default());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_dynamodb_refuses_at_its_caps_is_told_from_other_refusals() {
        for (error, throttled) in [
            (
                r#"{"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException"}"#,
                true,
            ),
            (
                r#"{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException","message":"x"}"#,
                true,
            ),
            (
                r#"{"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
                    "CancellationReasons":[{"Code":"None"},{"Code":"ThrottlingError","Message":"x"}]}"#,
                true,
            ),
            (
                r#"{"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
                    "CancellationReasons":[{"Code":"ConditionalCheckFailed","Item":{"text":{"S":"ThrottlingError"}}}]}"#,
                false,
            ),
            (
                r#"{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException","message":"Throttling"}"#,
                false,
            ),
            ("<html>", false),
        ] {
            assert_eq!(is_throttled(error.as_bytes()), throttled, "{error}");
        }
    }
}
