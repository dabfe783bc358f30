//! Cells: a day in steps of five minutes of elapsed time, counted from local midnight.

use jiff::SignedDuration;

/// The length of a cell.
pub(crate) const CELL: SignedDuration = SignedDuration::from_mins(5);
/// Consecutive cells of one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cells {
    first: u16,
    /// One cell after the last of them.
    end: u16,
}

impl Cells {
    pub(crate) fn between(first: u16, end: u16) -> Self {
        Self { first, end }
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = u16> {
        self.first..self.end
    }

    pub(crate) fn first(self) -> u16 {
        self.first
    }

    pub(crate) fn end(self) -> u16 {
        self.end
    }
}
