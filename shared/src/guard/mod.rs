//! The guard of every write that strangers cause: the same request twice does one thing, no sender and no person is
//! without limit, and what machines send is recognised.
//!
//! An [`Admission`] puts all of it together. Its parts are items that are written in the same transaction as what they
//! guard, so that nothing has to be read first.

mod admission;
mod count;
mod idempotency;
mod person;
pub mod proof;
mod reason;
mod sender;

pub use admission::{Admission, Guarded, Once, Ruling, Verdict};
pub use count::{Count, Counted, is_count, waits};
pub use idempotency::{
    Answer, Attempt, IdempotencyKey, KEY_FIELD, Repeatable, ReplayError, forget, fresh_key,
    posts_of,
};
pub use person::Person;
pub use reason::Reason;
pub use sender::Sender;

/// The form field that people do not see. Its name is like nothing that browsers and password managers fill in.
pub const HONEYPOT: &str = "_gotcha";
/// The form field with a proof of work.
pub const PROOF: &str = "altcha";
