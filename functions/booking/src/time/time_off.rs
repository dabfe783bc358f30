//! A practitioner's time off as a whole, and how far it has come: its days are written one by one.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use shared::{clinic::Clinic, reference::Reference, values::PractitionerId};

use super::{Off, Owner};

/// A stretch in which a practitioner sees nobody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TimeOff {
    pub(crate) practitioner: PractitionerId,
    pub(crate) off: Off,
    /// Why, for the practitioner's colleagues.
    pub(crate) reason: Option<String>,
    pub(crate) stage: Stage,
    /// How many times it was written.
    pub(crate) revision: u32,
    /// Whether the patients whose visits are in its way are asked to choose another time.
    pub(crate) tells_patients: TellsPatients,
}

/// How far a time off has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Stage {
    /// It is written to its days. Until that is done, somebody may still book into it.
    Adding,
    There,
    /// It is taken off its days.
    Removing,
    Removed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TellsPatients {
    Yes,
    No,
}

impl TimeOff {
    pub(crate) fn id(&self) -> &Reference {
        &self.off.id
    }

    /// The same time off once it is at another stage.
    pub(crate) fn at(&self, stage: Stage) -> Self {
        Self {
            stage,
            revision: self.revision + 1,
            ..self.clone()
        }
    }

    pub(crate) fn owner(&self) -> Owner {
        Owner::Practitioner(self.practitioner.clone())
    }

    /// The first and the last day that it touches, in the clinic's time zone.
    pub(crate) fn days(&self, clinic: &Clinic) -> (Date, Date) {
        let last = self.off.to - jiff::SignedDuration::from_nanos(1);
        (clinic.local_date(self.off.from), clinic.local_date(last))
    }
}
