//! The operators' program: the whole front desk on one machine, publishing, and what is stored
//! about people.

pub mod local;
pub mod publish;
pub mod records;
mod template;

pub use template::{Template, TemplateError};
