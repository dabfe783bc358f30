//! Releases and rollbacks: functions and what is stored, one version apart, work together both ways.
//!
//! `fixtures` has a clinic of the version before, and one of a version to come; a second build would say no more.

mod articles;
mod clinic;
mod mails;

const OF_BEFORE: &str = include_str!("fixtures/clinic-of-before.toml");
const FROM_THE_FUTURE: &str = include_str!("fixtures/clinic-from-the-future.toml");
