//! How many calls and how much capacity of `DynamoDB` a piece of work uses, as `DynamoDB` itself counts them.

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

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Consumption {
    /// Requests sent; each retry counts.
    pub calls: u32,
    /// Read and write capacity units together. A refused write reports none.
    pub capacity: f64,
}

tokio::task_local! {
    static METER: Arc<Mutex<Consumption>>;
}

/// Runs `work` and returns what it used. Tasks that it spawns are not counted.
pub async fn metered<F: Future>(work: F) -> (F::Output, Consumption) {
    let meter = Arc::<Mutex<Consumption>>::default();
    let done = METER.scope(Arc::clone(&meter), work).await;
    let taken = *meter.lock().unwrap_or_else(PoisonError::into_inner);
    (done, taken)
}

fn count(add: impl FnOnce(&mut Consumption)) {
    // Outside of metered work, nothing is counted.
    let _ = METER.try_with(|meter| add(&mut meter.lock().unwrap_or_else(PoisonError::into_inner)));
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
