//! The operators' program: the whole front desk on one machine, its deployment, publishing, and what is
//! stored about people.

pub mod deploy;
pub mod local;
pub mod openapi;
pub mod publish;
pub mod records;
mod template;

pub use template::{Template, TemplateError};
