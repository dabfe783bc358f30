//! Services, availability, requests for appointments, and what becomes of them.

mod answer;
mod calendar;
mod change;
mod clocks;
mod consider;
mod invitation;
mod life;
mod links;
mod offers;
mod presses;
mod race;
mod reminders;
mod request;
mod rooms;
mod scanners;
mod staff;
mod time_off;
mod waitlist;
mod why;
