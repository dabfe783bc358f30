//! The program's commands, a file each: their options, and what they print.

pub(crate) mod deploy;
pub(crate) mod erase;
pub(crate) mod export;
pub(crate) mod local;
pub(crate) mod output;
mod place;
pub(crate) mod publish;
