//! An appointment, as mails tell of it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{clinic::Place, reference::Reference};

/// What is booked, with whom, when.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Appointment {
    pub reference: Reference,
    /// How many times the booking has changed.
    #[serde(default)]
    pub revision: u32,
    pub service: String,
    pub practitioner: String,
    pub start: Timestamp,
    pub end: Timestamp,
    #[serde(default)]
    pub place: Place,
    /// What the patient brings along.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bring: Option<String>,
    /// How many minutes before the start the patient should be there.
    #[serde(default)]
    pub arrive_minutes: u32,
    /// What it costs, as people say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<String>,
}
