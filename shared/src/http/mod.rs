//! The HTTP edge of every function: it limits and parses requests, and answers with JSON, a problem, or a page
//! for a browser without script.

mod accept;
mod address;
mod cached;
mod edge;
mod encoding;
mod fields;
mod form;
mod headers;
mod held;
mod json;
mod origin;
mod problem;
mod query;

pub use accept::{Accepts, HTML_PAGE, JSON_TEXT, most_welcome};
pub use address::ClientAddress;
pub use cached::{Cacheable, Tag};
pub use edge::{edge, edge_within};
pub use fields::Fields;
pub use form::{CONSENT_VERSION, Form, Rejected};
pub(crate) use origin::{Origin, check_origin};
pub use problem::{FieldError, Problem, ProblemDocument};
pub use query::{Query, query_string};
