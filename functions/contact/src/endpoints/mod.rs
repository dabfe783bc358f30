//! A file for each route, named after what the caller does.

pub(crate) mod act;
pub(crate) mod challenge;
pub(crate) mod form;
mod review;
pub(crate) mod show;
pub(crate) mod submit;
pub(crate) mod thank;
