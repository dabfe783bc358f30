//! What operators export and erase.

mod person;
mod phone;
