//! A file for each route.

pub(crate) mod clinic;
pub(crate) mod list;
pub(crate) mod read;
pub(crate) mod team;
