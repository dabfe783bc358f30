//! Faults on request: makes happen on a laptop what goes wrong at AWS.

use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use super::operation::Operation;

/// What the SES endpoint does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum SesFault {
    #[default]
    Ok,
    Throttle,
    Paused,
    Reject,
    Down,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum DynamoDbFault {
    #[default]
    Ok,
    Throttle,
    /// A write is refused because a transaction is under way. Meets transactions, unless it is aimed.
    Conflict,
    Down,
    /// The call is carried out, and the connection breaks before the answer. Meets transactions, unless it is aimed.
    LostReply,
}

/// The faults as they are set now; clones share them.
#[derive(Clone, Debug, Default)]
pub(super) struct Faults(Arc<Mutex<InForce>>);

#[derive(Debug, Default)]
struct InForce {
    ses: Timed<SesFault>,
    dynamodb: Timed<DynamoDbFault>,
    aim: Aim,
}

/// A fault for so many calls; without a number, it lasts until it is set to `ok`.
#[derive(Debug, Default)]
struct Timed<T> {
    fault: T,
    left: Option<u32>,
}

/// Which calls of the store a fault meets.
#[derive(Clone, Debug, Default)]
struct Aim {
    table: Option<String>,
    operation: Option<Operation>,
    /// How many of them pass before the first is met.
    passing: u32,
}

/// The body of `POST /_local/faults`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FaultsWanted {
    ses: Option<SesFault>,
    dynamodb: Option<DynamoDbFault>,
    times: Option<u32>,
    pub(super) table: Option<String>,
    operation: Option<Operation>,
    #[serde(default)]
    after: u32,
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

impl Aim {
    /// Whether the fault is for calls of this kind.
    fn is_at(
        &self,
        fault: DynamoDbFault,
        operation: Option<Operation>,
        is_about: impl Fn(&str) -> bool,
    ) -> bool {
        let aimed = match (self.operation, &self.table) {
            (Some(wanted), _) => operation == Some(wanted),
            (None, Some(_)) => true,
            (None, None) => {
                let transactions = [DynamoDbFault::Conflict, DynamoDbFault::LostReply];
                let is_transaction = operation == Some(Operation::TransactWriteItems);
                is_transaction || !transactions.contains(&fault)
            }
        };
        aimed && self.table.as_deref().is_none_or(is_about)
    }
}

impl Faults {
    pub(super) fn set(&self, wanted: FaultsWanted) -> FaultsNow {
        self.with(|settings| {
            settings.ses.set(wanted.ses, wanted.times);
            settings.dynamodb.set(wanted.dynamodb, wanted.times);
            if wanted.dynamodb.is_some() {
                settings.aim = Aim {
                    table: wanted.table,
                    operation: wanted.operation,
                    passing: wanted.after,
                };
            }
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

    /// The fault of this call of the store. One that is not for such a call waits for the next.
    pub(super) fn dynamodb(
        &self,
        operation: Option<Operation>,
        is_about: impl Fn(&str) -> bool,
    ) -> DynamoDbFault {
        self.with(|settings| {
            let fault = settings.dynamodb.current();
            if !settings.aim.is_at(fault, operation, is_about) {
                return DynamoDbFault::Ok;
            }
            if settings.aim.passing > 0 {
                settings.aim.passing -= 1;
                return DynamoDbFault::Ok;
            }
            settings.dynamodb.take()
        })
    }

    fn with<T>(&self, change: impl FnOnce(&mut InForce) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
