//! Cells: a day in steps of five minutes of elapsed time, counted from local midnight.

use std::collections::BTreeSet;

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

/// The busy cells of a day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Busy(pub(crate) BTreeSet<u16>);

impl Busy {
    pub(crate) fn leaves_free(&self, cells: Cells) -> bool {
        self.0.range(cells.first..cells.end).next().is_none()
    }

    /// The busy cells without these.
    pub(crate) fn without(mut self, cells: Cells) -> Self {
        for cell in cells.iter() {
            self.0.remove(&cell);
        }
        self
    }

    /// The busy cells after `old` ones are given back and `new` ones are taken. `None` when those are not free.
    pub(crate) fn swapped(self, old: Cells, new: Cells) -> Option<Self> {
        let mut rest = self.without(old);
        if !rest.leaves_free(new) {
            return None;
        }
        rest.0.extend(new.iter());
        Some(rest)
    }

    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }
}
