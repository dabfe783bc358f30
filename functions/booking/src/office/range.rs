//! Ranges of time, as people say them.

use jiff::{SignedDuration, Timestamp};
use shared::clinic::Clinic;

/// When something lasts, as people say it: `all day on Monday, December 7, 2026`, `from … to …`. A sentence that ends with
/// it needs no full stop, unless it ends with a day.
#[must_use]
pub fn spoken_range(from: Timestamp, to: Timestamp, clinic: &Clinic) -> String {
    let date = |moment| clinic.local_date(moment);
    let day = |moment| date(moment).strftime("%A, %B %-d, %Y").to_string();
    let is_midnight = |moment| clinic.day(date(moment)).midnight == moment;
    let last = to - SignedDuration::from_nanos(1);
    match (is_midnight(from), is_midnight(to)) {
        (true, true) if date(from) == date(last) => format!("all day on {}", day(from)),
        (true, true) => format!("all day from {} to {}", day(from), day(last)),
        (true, false) if date(from) == date(to) => {
            format!("on {} until {}", day(from), clinic.spoken_clock(to))
        }
        (false, true) if date(from) == date(last) => {
            format!("on {} from {}", day(from), clinic.spoken_clock(from))
        }
        (false, false) if date(from) == date(to) => {
            let (from_clock, to_clock) = (clinic.spoken_clock(from), clinic.spoken_clock(to));
            format!("on {} from {from_clock} to {to_clock}", day(from))
        }
        (false, true) => format!(
            "from {} to the end of {}",
            clinic.spoken_time(from),
            day(last)
        ),
        (true, false) => format!("from {} to {}", day(from), clinic.spoken_time(to)),
        (false, false) => format!(
            "from {} to {}",
            clinic.spoken_time(from),
            clinic.spoken_time(to)
        ),
    }
}
