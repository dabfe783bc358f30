//! The deployment's template.

mod costs;
mod domain;
mod template;
mod workflows;
