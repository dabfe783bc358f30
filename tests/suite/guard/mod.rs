//! What strangers can cause, and what they cannot.

mod flood;
mod persons;
mod reach;
mod repetition;
mod suspicion;
