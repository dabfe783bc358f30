//! The programs as they run: as processes, as Lambda functions, in their logs and calls.

mod binaries;
mod calls;
mod events;
mod office;
mod process;
mod start;
mod telemetry;
