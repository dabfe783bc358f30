//! The clinic's file.

mod file;
