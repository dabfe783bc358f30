//! The pages that people see.

mod another_clinic;
mod frame;
mod steps;
