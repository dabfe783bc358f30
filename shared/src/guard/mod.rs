//! The guard before every write: the same request twice does one thing, and nobody sends without
//! end. Both stand as items beside what they guard, in its own transaction.

mod idempotency;
mod rate;

pub use idempotency::{Answer, Attempt, IdempotencyKey, ReplayError};
pub use rate::{Allowance, Sender};
