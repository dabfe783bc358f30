//! The operators' program: the whole front desk on one machine, and publishing.

pub mod local;
pub mod publish;
mod template;

pub use template::{Template, TemplateError};
