//! The deployment's template.

mod template;
