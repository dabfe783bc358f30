//! Services, availability, and requests for appointments.

mod consider;
mod race;
mod request;
