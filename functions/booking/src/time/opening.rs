//! The clinic's opening hours, counted as time that passes.

use jiff::{SignedDuration, Timestamp};
use shared::clinic::Clinic;

use super::day::Day;

/// How far ahead opening hours are looked for: a clinic may be closed for a summer.
const LOOK_AHEAD_DAYS: usize = 120;

/// The moment at which the clinic has been open for `lasts` since `from`. When it hardly opens any more, the end of the
/// days that are looked at.
pub(crate) fn after_opening_hours(
    clinic: &Clinic,
    from: Timestamp,
    lasts: SignedDuration,
) -> Timestamp {
    let mut left = lasts;
    let mut looked_at = from;
    let first = clinic.local_date(from);
    for date in first
        .series(jiff::Span::new().days(1))
        .take(LOOK_AHEAD_DAYS)
    {
        let day = Day::of(date, clinic.time_zone());
        looked_at = day.end;
        if clinic.is_closed(date) {
            continue;
        }
        for period in clinic.hours().on(date.weekday()) {
            let (open, close) = day.stretch(*period);
            let open = open.max(from);
            let lasts = close.duration_since(open).max(SignedDuration::ZERO);
            if left <= lasts {
                return open.saturating_add(left).unwrap_or(Timestamp::MAX);
            }
            left -= lasts;
        }
    }
    looked_at
}
