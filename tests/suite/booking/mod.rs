//! Services, availability, and requests for appointments.

mod race;
mod request;
