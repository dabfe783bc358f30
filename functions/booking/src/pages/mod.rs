//! What each page shows.

pub(crate) mod booking;
