//! Search: words as they are compared, an index of them, and the part of a text that answers.

mod excerpt;
mod index;
mod library;
mod query;
mod words;

use index::Index;

pub(crate) use index::Searched;
pub(crate) use library::Library;
pub(crate) use query::Query;
