//! What each page shows.

pub(crate) mod answers;
pub(crate) mod booking;
pub(crate) mod cancel;
pub(crate) mod decision;
mod done;
mod facts;
mod here;
pub(crate) mod lost;
pub(crate) mod month;
pub(crate) mod receipt;
pub(crate) mod steps;
pub(crate) mod times;
pub(crate) mod waitlist;

pub(crate) use done::Done;
pub(crate) use here::Here;
