//! Whose time a day is, and the days of some owners as they are taken.

use std::{collections::BTreeMap, fmt};

use jiff::civil::Date;
use shared::values::{PractitionerId, RoomId};

use super::Busy;

/// Whose time it is: a visit takes that of its practitioner, and of its room if it needs one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Owner {
    Practitioner(PractitionerId),
    Room(RoomId),
}

/// As it is stored: `practitioner#p1`.
impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Practitioner(id) => write!(f, "practitioner#{id}"),
            Self::Room(id) => write!(f, "room#{id}"),
        }
    }
}

/// Days as they are taken. A day that is missing is free.
#[derive(Clone, Debug, Default)]
pub(crate) struct Calendar(BTreeMap<(Owner, Date), Busy>);

impl Calendar {
    /// The day of that owner, to be changed.
    pub(crate) fn day_mut(&mut self, owner: Owner, date: Date) -> &mut Busy {
        self.0.entry((owner, date)).or_default()
    }

    pub(crate) fn day(&self, owner: &Owner, date: Date) -> Option<&Busy> {
        self.0.get(&(owner.clone(), date))
    }
}

impl FromIterator<((Owner, Date), Busy)> for Calendar {
    fn from_iter<T: IntoIterator<Item = ((Owner, Date), Busy)>>(days: T) -> Self {
        Self(days.into_iter().collect())
    }
}
