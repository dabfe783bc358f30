//! The program's commands, a file each: their options, and what they print.

pub(crate) mod agenda;
pub(crate) mod calendar;
pub(crate) mod deploy;
pub(crate) mod erase;
pub(crate) mod export;
pub(crate) mod local;
mod moment;
pub(crate) mod output;
mod place;
pub(crate) mod publish;
mod table;
pub(crate) mod timeoff;
pub(crate) mod why;
mod words;
