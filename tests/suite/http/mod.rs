//! What is the same for every route: bad input, problems, pages, and the API's description.

mod bad_input;
pub(crate) mod openapi;
mod pages;
mod problems;
