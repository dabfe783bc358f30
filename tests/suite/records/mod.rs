//! What operators export and erase.

mod bookings;
mod person;
mod phone;
