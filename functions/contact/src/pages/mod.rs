//! What each page shows.

pub(crate) mod form;
pub(crate) mod review;
pub(crate) mod thanks;
