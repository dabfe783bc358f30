//! The clinic's file.

mod file;
mod publish;
