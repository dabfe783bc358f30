//! Search: words as they are compared, an index of them, and the part of a text that answers.

mod corpus;
mod excerpt;
mod index;
mod query;
mod words;

use index::Index;

pub(crate) use corpus::Corpus;
pub(crate) use index::Searched;
pub(crate) use query::Query;
