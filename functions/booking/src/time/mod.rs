//! Time, without the store: the cells of a day, time off, the slots that a practitioner's hours leave, and those of
//! them that are free.

mod busy;
mod calendar;
mod cells;
mod day;
mod free;
mod off;
mod opening;
mod slots;
mod window;

pub(crate) use busy::{Busy, Obstacle};
pub(crate) use calendar::{Calendar, Owner};
#[cfg(test)]
pub(crate) use cells::CELL;
pub(crate) use cells::Cells;
pub(crate) use day::bounds;
pub(crate) use free::{Book, FreeStart, Search};
pub(crate) use off::Off;
pub(crate) use opening::after_opening_hours;
pub(crate) use slots::{Slot, slots};
pub(crate) use window::{horizon, is_too_soon};
