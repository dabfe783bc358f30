//! Time off: a stretch in which a practitioner sees nobody.

use std::fmt;

use jiff::Timestamp;
use shared::{reference::Reference, store::Moment};

/// A stretch of time off, as every day that it touches has it: `T-7K2M9-QX4TD|<from>|<to>`, with RFC 3339 moments.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Off {
    pub(crate) id: Reference,
    pub(crate) from: Timestamp,
    /// The moment at which it is over.
    pub(crate) to: Timestamp,
}

impl Off {
    /// Whether any of the time from `start` until just before `end` is in it.
    pub(crate) fn meets(&self, start: Timestamp, end: Timestamp) -> bool {
        start < self.to && self.from < end
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (id, stretch) = text.split_once('|')?;
        let (from, to) = stretch.split_once('|')?;
        Some(Self {
            id: Reference::parse_time_off(id)?,
            from: from.parse().ok()?,
            to: to.parse().ok()?,
        })
    }
}

impl fmt::Display for Off {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}|{}|{}", self.id, Moment(self.from), Moment(self.to))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let off = Off {
            id: Reference::time_off(),
            from: "2026-12-07T14:00:00Z".parse().unwrap(),
            to: "2026-12-11T22:00:00Z".parse().unwrap(),
        };

        assert_eq!(Off::parse(&off.to_string()), Some(off));
        assert_eq!(Off::parse("T-1|2026-12-07T14:00:00Z"), None);
    }
}
