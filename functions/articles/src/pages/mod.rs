//! What each page shows.

pub(crate) mod article;
pub(crate) mod articles;
pub(crate) mod home;
mod parts;
pub(crate) mod picture;
pub(crate) mod privacy;
pub(crate) mod team;
pub(crate) mod visit;
