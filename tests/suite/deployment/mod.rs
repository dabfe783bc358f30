//! The deployment's template.

mod template;
mod workflows;
