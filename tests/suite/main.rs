//! Black-box suites over the whole front desk: responses, stored items, mails.

mod articles;
mod bad_input;
mod binaries;
mod booking;
mod calls;
mod clinic;
mod contact;
mod digest;
mod form;
mod limits;
mod mail;
mod openapi;
mod process;
mod quarantine;
mod race;
mod records;
mod review;
mod telemetry;
mod template;
