//! Ranges of time, as people say them.

use jiff::{SignedDuration, Timestamp};
use shared::clinic::Clinic;

/// From when until when, as people say it: midnights are the beginning and the end of whole days.
#[must_use]
pub fn spoken_range(from: Timestamp, to: Timestamp, clinic: &Clinic) -> String {
    let day = |moment: Timestamp| {
        let local = moment.to_zoned(clinic.time_zone().clone());
        local.strftime("%A, %B %-d, %Y").to_string()
    };
    let is_midnight = |moment| clinic.day(clinic.local_date(moment)).midnight == moment;
    let from = if is_midnight(from) {
        day(from)
    } else {
        clinic.spoken_time(from)
    };
    let to = if is_midnight(to) {
        let last = to - SignedDuration::from_nanos(1);
        format!("the end of {}", day(last))
    } else {
        clinic.spoken_time(to)
    };
    format!("from {from} to {to}")
}
