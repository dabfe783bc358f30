//! A day as it is taken: its busy cells, and the time off that reaches into it.

use std::collections::BTreeSet;

use super::{Cells, Off, Slot};

/// How many words of 64 cells a day of 25 hours needs.
const WORDS: usize = (END / 64) as usize;

/// The time of a day that is not free.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Busy {
    /// A bit for each busy cell.
    cells: [u64; WORDS],
    pub(crate) off: BTreeSet<Off>,
}

/// What is in the way of a slot, however well the hours suit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Obstacle {
    /// Another visit, or its buffers.
    Visit,
    TimeOff(Off),
}

impl Busy {
    /// What is in the way of the slot. Buffers may reach into time off, as they may reach past closing time.
    pub(crate) fn obstacle(&self, slot: &Slot) -> Option<Obstacle> {
        let mut off = self.off.iter();
        if let Some(off) = off.find(|off| off.meets(slot.start, slot.end)) {
            return Some(Obstacle::TimeOff(off.clone()));
        }
        (!self.has_free(slot.cells)).then_some(Obstacle::Visit)
    }

    pub(crate) fn leaves_free(&self, slot: &Slot) -> bool {
        self.obstacle(slot).is_none()
    }

    fn has_free(&self, cells: Cells) -> bool {
        let words = self.cells.iter().zip(words(cells));
        words.into_iter().all(|(busy, wanted)| busy & wanted == 0)
    }

    pub(crate) fn take(&mut self, cells: Cells) {
        for (busy, taken) in self.cells.iter_mut().zip(words(cells)) {
            *busy |= taken;
        }
    }

    pub(crate) fn give_back(&mut self, cells: Cells) {
        for (busy, free) in self.cells.iter_mut().zip(words(cells)) {
            *busy &= !free;
        }
    }

    /// How many cells are busy.
    pub(crate) fn count(&self) -> u32 {
        self.cells.iter().map(|word| word.count_ones()).sum()
    }

    /// The busy cells, in order.
    pub(crate) fn cells(&self) -> impl Iterator<Item = u16> {
        let has = |cell: &u16| !self.has_free(Cells::between(*cell, cell + 1));
        (0..END).filter(has)
    }
}

/// One cell after the last that a day can have.
const END: u16 = 64 * 5;

/// The cells as bits, the first in the lowest.
fn words(cells: Cells) -> [u64; WORDS] {
    let mut words = [0; WORDS];
    for (word, first) in words.iter_mut().zip((0..END).step_by(64)) {
        let from = cells.first().clamp(first, first + 64) - first;
        let to = cells.end().clamp(first, first + 64) - first;
        *word = below(to) & !below(from);
    }
    words
}

/// The bits below that one.
fn below(bit: u16) -> u64 {
    1_u64
        .checked_shl(bit.into())
        .map_or(u64::MAX, |one| one - 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_bits_are_the_cells(stretches in proptest::collection::vec((0_u16..300, 1_u16..99, any::<bool>()), 0..20)) {
            let (mut busy, mut cells) = (Busy::default(), BTreeSet::new());
            for (first, count, taken) in stretches {
                let stretch = Cells::between(first, (first + count).min(END));
                let is_free = stretch.iter().all(|cell| !cells.contains(&cell));
                prop_assert_eq!(busy.has_free(stretch), is_free);
                if taken {
                    busy.take(stretch);
                    cells.extend(stretch.iter());
                } else {
                    busy.give_back(stretch);
                    cells.retain(|cell| !stretch.iter().any(|one| one == *cell));
                }
                prop_assert_eq!(busy.cells().collect::<BTreeSet<u16>>(), cells.clone());
                prop_assert_eq!(usize::try_from(busy.count()).unwrap(), cells.len());
            }
        }
    }
}
