//! What operators export and erase.

mod person;
