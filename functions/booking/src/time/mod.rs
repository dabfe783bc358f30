//! Time, without the store: the cells of a day, the slots that a practitioner's hours leave, and those of them
//! that are free.

mod cells;
mod free;
mod slots;
mod window;

pub(crate) use cells::{Busy, Cells};
pub(crate) use free::{Book, Calendar, FreeStart, Search};
pub(crate) use slots::{Slot, slots};
pub(crate) use window::{horizon, is_too_soon};
