//! A file for each route, named after what the caller does or asks for.

pub(crate) mod availability;
pub(crate) mod consider;
pub(crate) mod reason;
pub(crate) mod request;
pub(crate) mod services;
pub(crate) mod show;
