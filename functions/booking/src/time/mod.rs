//! Time, without the store: the cells of a day, time off, the slots that a practitioner's hours leave, and those of
//! them that are free.

mod busy;
mod calendar;
mod cells;
mod free;
mod off;
mod slots;
mod time_off;
mod window;

pub(crate) use busy::{Busy, Obstacle};
pub(crate) use calendar::{Calendar, Owner};
pub(crate) use cells::{CELL, Cells};
pub(crate) use free::{Book, FreeStart, Search};
pub(crate) use off::Off;
pub(crate) use slots::{Slot, is_open_for, slots};
pub(crate) use time_off::{Stage, TellsPatients, TimeOff};
pub(crate) use window::{horizon, is_too_soon};
