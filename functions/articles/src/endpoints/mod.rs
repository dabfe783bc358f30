//! A file for each route.

pub(crate) mod asset;
pub(crate) mod clinic;
pub(crate) mod feeds;
pub(crate) mod home;
pub(crate) mod image;
pub(crate) mod list;
pub(crate) mod read;
pub(crate) mod team;
