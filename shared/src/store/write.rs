//! One all-or-nothing write, and what its refusal means.

use std::{
    fmt::Debug,
    time::{Duration, Instant},
};

use aws_sdk_dynamodb::{
    Client,
    error::SdkError,
    operation::transact_write_items::TransactWriteItemsError,
    types::{CancellationReason, TransactWriteItem},
};

use super::{Change, Error, Item};
use crate::reference::random_u64;

/// The name of a part of a write: an enum of the operation that makes the write.
pub trait Part: Copy + Debug + PartialEq {}

impl<P: Copy + Debug + PartialEq> Part for P {}

/// Changes that are made all together or not at all (`TransactWriteItems`), each with the name of its
/// part. Several changes may have the same name.
#[derive(Debug)]
pub struct Write<P> {
    what: &'static str,
    parts: Vec<(P, Change)>,
}

/// The write did not happen.
#[derive(Debug, thiserror::Error)]
pub enum Uncommitted<P: Debug> {
    #[error("a condition did not hold")]
    Refused(Refusals<P>),
    /// The store did not answer, or was busy until the end.
    #[error("the store is unavailable")]
    Unavailable(#[source] Error),
}

/// The parts whose conditions did not hold, with the existing items.
pub struct Refusals<P> {
    what: &'static str,
    parts: Vec<(P, Option<Item>)>,
}

/// The items may be about people.
impl<P: Debug> Debug for Refusals<P> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let parts = self.parts.iter().map(|(part, _)| part);
        f.debug_list().entries(parts).finish()
    }
}

impl<P: Part> Refusals<P> {
    #[must_use]
    pub fn by(&self, part: P) -> bool {
        self.parts.iter().any(|(refused, _)| *refused == part)
    }

    /// The existing item that made this part refuse, if the part asked for it.
    #[must_use]
    pub fn old(&self, part: P) -> Option<&Item> {
        let mut refused = self.parts.iter();
        refused.find_map(|(name, old)| old.as_ref().filter(|_| *name == part))
    }
}

/// A refusal that nobody expected.
impl<P: Debug> From<Uncommitted<P>> for Error {
    fn from(error: Uncommitted<P>) -> Self {
        match error {
            Uncommitted::Refused(refused) => {
                let parts = refused.parts.iter().map(|(part, _)| format!("{part:?}"));
                Self::Refused {
                    what: refused.what,
                    parts: parts.collect::<Vec<_>>().join(", "),
                }
            }
            Uncommitted::Unavailable(error) => error,
        }
    }
}

impl<P: Debug> From<Error> for Uncommitted<P> {
    fn from(error: Error) -> Self {
        Self::Unavailable(error)
    }
}

/// For how long a write is tried again that meets another one. The last try may take the SDK's five seconds, which stays
/// below a function's ten.
const PATIENCE: Duration = Duration::from_secs(4);
/// The longest wait after the first try, in milliseconds; it doubles with each try, up to the limit.
const FIRST_WAIT: u64 = 20;
const LONGEST_WAIT: u64 = 640;

impl<P: Part> Write<P> {
    /// A write without parts; Errors name what is written by `what`.
    #[must_use]
    pub fn of(what: &'static str) -> Self {
        let parts = Vec::new();
        Self { what, parts }
    }

    pub fn add(&mut self, part: P, change: Change) {
        self.parts.push((part, change));
    }

    /// Makes all changes or none: one call, unless the store is busy with one of the items.
    ///
    /// `DynamoDB` cancels one of two transactions that meet on an item; the cancelled one is tried again
    /// with jitter. All tries carry one token, so a write whose reply was lost is not done twice
    /// (`ClientRequestToken`, honoured for ten minutes).
    ///
    /// # Errors
    /// [`Uncommitted`].
    pub async fn commit(self, client: &Client) -> Result<(), Uncommitted<P>> {
        let mut tries = Tries::default();
        let token = format!("{:016x}{:016x}", random_u64(), random_u64());
        let (what, tables) = (self.what, self.tables());
        let (names, items) = self.split()?;
        loop {
            let sent = client
                .transact_write_items()
                .client_request_token(&token)
                .set_transact_items(Some(items.clone()))
                .send()
                .await;
            let Err(error) = sent else { return Ok(()) };
            match Cancellation::of(&error) {
                Cancellation::Conditions(refusals) => {
                    return Err(Uncommitted::Refused(refused(what, &names, refusals)));
                }
                Cancellation::Passing if tries.again().await => {}
                Cancellation::Passing | Cancellation::Final => {
                    return Err(Uncommitted::Unavailable(Error::Failed {
                        call: "TransactWriteItems",
                        what,
                        table: tables,
                        cause: error.into(),
                    }));
                }
            }
        }
    }

    fn split(self) -> Result<(Vec<P>, Vec<TransactWriteItem>), Error> {
        let mut names = Vec::with_capacity(self.parts.len());
        let mut items = Vec::with_capacity(self.parts.len());
        for (name, change) in self.parts {
            names.push(name);
            items.push(change.build()?);
        }
        Ok((names, items))
    }

    fn tables(&self) -> String {
        let mut tables: Vec<&str> = Vec::new();
        for (_, change) in &self.parts {
            if !tables.contains(&change.table.as_str()) {
                tables.push(&change.table);
            }
        }
        tables.join(", ")
    }
}

/// Tries that may meet somebody else's: how long they go on, with a random wait between them, so that those who met
/// once do not meet again ("full jitter",
/// <https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/>).
#[derive(Debug)]
pub struct Tries {
    started: Instant,
    count: u32,
}

impl Default for Tries {
    fn default() -> Self {
        Self {
            started: Instant::now(),
            count: 0,
        }
    }
}

impl Tries {
    /// Waits before the next try. Returns whether there is time for one.
    pub async fn again(&mut self) -> bool {
        if self.started.elapsed() >= PATIENCE {
            return false;
        }
        let longest = (FIRST_WAIT << self.count.min(5)).min(LONGEST_WAIT);
        self.count += 1;
        tokio::time::sleep(Duration::from_millis(fastrand::u64(1..=longest))).await;
        true
    }
}

/// A condition that did not hold, with the existing item, if the part asked for it.
struct Refusal(Option<Item>);

/// `refusals` has an entry for each part, in their order: `Some` where its condition did not hold.
fn refused<P: Part>(
    what: &'static str,
    names: &[P],
    refusals: Vec<Option<Refusal>>,
) -> Refusals<P> {
    let pairs = names.iter().zip(refusals);
    let parts = pairs
        .filter_map(|(name, refusal)| Some((*name, refusal?.0)))
        .collect();
    Refusals { what, parts }
}

/// What a failed transaction says.
enum Cancellation {
    /// Conditions did not hold: an entry for each part, in their order.
    Conditions(Vec<Option<Refusal>>),
    /// The same write may succeed a moment later.
    Passing,
    /// The same write will fail again.
    Final,
}

impl Cancellation {
    fn of(error: &SdkError<TransactWriteItemsError>) -> Self {
        match error.as_service_error() {
            Some(TransactWriteItemsError::TransactionCanceledException(canceled)) => {
                Self::of_reasons(canceled.cancellation_reasons())
            }
            Some(
                TransactWriteItemsError::TransactionInProgressException(_)
                | TransactWriteItemsError::ProvisionedThroughputExceededException(_)
                | TransactWriteItemsError::RequestLimitExceeded(_)
                | TransactWriteItemsError::ThrottlingException(_)
                | TransactWriteItemsError::InternalServerError(_),
            ) => Self::Passing,
            // The request is wrong or not allowed.
            Some(error) if error.meta().code().is_some() => Self::Final,
            // No reply, or one that is not DynamoDB's own: it may have been written. The token makes
            // asking again safe.
            _ => Self::Passing,
        }
    }

    /// A reason for each item, in their order. A conflict anywhere makes the others guesses.
    fn of_reasons(reasons: &[CancellationReason]) -> Self {
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
            return Self::Passing;
        }
        if !reasons
            .iter()
            .any(|reason| is(reason, "ConditionalCheckFailed"))
        {
            return Self::Final;
        }
        let refusal = |reason: &CancellationReason| {
            let old = reason.item.clone().filter(|item| !item.is_empty());
            is(reason, "ConditionalCheckFailed").then_some(Refusal(old))
        };
        Self::Conditions(reasons.iter().map(refusal).collect())
    }
}
