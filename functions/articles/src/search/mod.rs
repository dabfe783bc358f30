//! Search: words as they are compared, an index of them, and the part of a text that answers.

mod excerpt;
mod index;
mod query;
mod words;

pub(crate) use excerpt::{Part, excerpt};
pub(crate) use index::{Index, Searched};
pub(crate) use query::Query;
