//! The clinic's hours in words.

use jiff::Timestamp;
use maud::{Markup, html};

use crate::clinic::{Clinic, Opening};

/// Whether the clinic is open, and the hours of its week.
#[must_use]
pub fn hours(clinic: &Clinic, now: Timestamp) -> Markup {
    let is_open = matches!(clinic.opening(now), Opening::Open { .. });
    html! {
        p.open.now[is_open] { (clinic.spoken_opening(now)) }
        dl.hours { @for (days, hours) in clinic.spoken_hours() { dt { (days) } dd { (hours) } } }
    }
}
