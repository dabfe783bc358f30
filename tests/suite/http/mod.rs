//! What is the same for every route.

mod bad_input;
pub(crate) mod openapi;
