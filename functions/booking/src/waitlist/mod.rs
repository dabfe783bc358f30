//! The waiting list: who waits for a time, the form it is read from, and what is offered to whom.

mod entry;
mod receipt;
mod wanted;
mod wish;

pub(crate) use entry::{Entry, EntryStatus};
pub(crate) use receipt::Receipt;
pub(crate) use wanted::Wanted;
pub(crate) use wish::WaitlistWish;
