//! Requests for appointments.

mod race;
mod request;
