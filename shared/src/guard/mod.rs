//! The guard of every write: the same request twice does one thing, and no sender is without limit. Both
//! are items that are written in the same transaction as what they guard.

mod idempotency;
mod rate;

pub use idempotency::{Answer, Attempt, IdempotencyKey, KEY_FIELD, ReplayError, posts_of};
pub use rate::{Allowance, Sender};
