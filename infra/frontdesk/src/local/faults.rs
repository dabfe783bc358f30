//! Faults on request: makes happen on a laptop what goes wrong at AWS.

use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

/// What the SES endpoint does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum SesFault {
    #[default]
    Ok,
    Throttle,
    Reject,
    Down,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum DynamoDbFault {
    #[default]
    Ok,
    Throttle,
    /// Transactions fail because another one is under way.
    Conflict,
    Down,
    /// Transactions are carried out, and the connection breaks before the answer.
    LostReply,
}

/// The faults as they are set now; clones share them.
#[derive(Clone, Debug, Default)]
pub(super) struct Faults(Arc<Mutex<InForce>>);

#[derive(Debug, Default)]
struct InForce {
    ses: Timed<SesFault>,
    dynamodb: Timed<DynamoDbFault>,
}

/// A fault for so many calls; without a number, it lasts until it is set to `ok`.
#[derive(Debug, Default)]
struct Timed<T> {
    fault: T,
    left: Option<u32>,
}

/// The body of `POST /_local/faults`.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FaultsWanted {
    ses: Option<SesFault>,
    dynamodb: Option<DynamoDbFault>,
    times: Option<u32>,
}

#[derive(Debug, Serialize)]
pub(super) struct FaultsNow {
    ses: SesFault,
    dynamodb: DynamoDbFault,
}

impl<T: Copy + Default> Timed<T> {
    fn set(&mut self, fault: Option<T>, times: Option<u32>) {
        if let Some(fault) = fault {
            *self = Self { fault, left: times };
        }
    }

    fn current(&self) -> T {
        if self.left == Some(0) {
            T::default()
        } else {
            self.fault
        }
    }

    fn take(&mut self) -> T {
        let fault = self.current();
        self.left = self.left.map(|left| left.saturating_sub(1));
        fault
    }
}

impl Faults {
    pub(super) fn set(&self, wanted: FaultsWanted) -> FaultsNow {
        self.with(|settings| {
            settings.ses.set(wanted.ses, wanted.times);
            settings.dynamodb.set(wanted.dynamodb, wanted.times);
            FaultsNow {
                ses: settings.ses.current(),
                dynamodb: settings.dynamodb.current(),
            }
        })
    }

    /// The fault of this SES call.
    pub(super) fn ses(&self) -> SesFault {
        self.with(|settings| settings.ses.take())
    }

    /// The fault of this call of the store. Some faults affect only transactions, and wait for the next one.
    pub(super) fn dynamodb(&self, is_transaction: bool) -> DynamoDbFault {
        self.with(|settings| {
            let waits = matches!(
                settings.dynamodb.current(),
                DynamoDbFault::Conflict | DynamoDbFault::LostReply
            );
            if waits && !is_transaction {
                DynamoDbFault::Ok
            } else {
                settings.dynamodb.take()
            }
        })
    }

    fn with<T>(&self, change: impl FnOnce(&mut InForce) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
