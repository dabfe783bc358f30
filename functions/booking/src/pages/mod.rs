//! What each page shows.

pub(crate) mod booking;
pub(crate) mod decision;
