//! Time, without the store: the cells of a day, the slots that a practitioner's hours leave, and those of them
//! that are free.

mod cells;
mod day;
mod free;
mod opening;
mod slots;
mod window;

#[cfg(test)]
pub(crate) use cells::CELL;
pub(crate) use cells::{Busy, Cells};
pub(crate) use day::bounds;
pub(crate) use free::{Book, Calendar, FreeStart, Search};
pub(crate) use opening::after_opening_hours;
pub(crate) use slots::{Slot, slots};
pub(crate) use window::{horizon, is_too_soon};
