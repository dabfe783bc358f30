//! The clinic's opening hours, counted as time that passes.

use jiff::{SignedDuration, Timestamp};
use shared::clinic::Clinic;

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
        let day = clinic.day(date);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::Sample;

    fn after(hours: &str, closed: &[&str], from: &str, lasts: i64) -> String {
        let sample = Sample {
            closed: closed.iter().map(|day| (*day).to_owned()).collect(),
            ..Sample::open(hours, "America/Toronto")
        };
        let clinic = sample.clinic();
        let lasts = SignedDuration::from_hours(lasts);
        let by = after_opening_hours(&clinic, from.parse().unwrap(), lasts);
        clinic.local_time(by).to_string()
    }

    #[test]
    fn only_the_hours_that_the_clinic_is_open_count() {
        for (from, by) in [
            // Before it opens, while it is open, at lunch, and after it has closed.
            ("2026-12-01T07:00:00-05:00", "2026-12-01T15:00:00-05:00"),
            ("2026-12-01T11:00:00-05:00", "2026-12-01T17:00:00-05:00"),
            ("2026-12-01T12:30:00-05:00", "2026-12-02T10:00:00-05:00"),
            ("2026-12-01T23:00:00-05:00", "2026-12-02T15:00:00-05:00"),
        ] {
            let found = after("09:00-12:00,13:00-17:00", &[], from, 5);
            assert_eq!(found, by, "{from}");
        }
    }

    #[test]
    fn days_on_which_it_is_closed_do_not_count() {
        let closed = ["2026-12-25", "2026-12-26"];

        let by = after("09:00-17:00", &closed, "2026-12-24T16:00:00-05:00", 8);

        assert_eq!(by, "2026-12-27T16:00:00-05:00");
    }

    #[test]
    fn an_hour_that_is_skipped_or_comes_twice_counts_as_it_passes() {
        let (spring, autumn) = ("2026-03-08T00:00:00-05:00", "2026-11-01T00:00:00-04:00");

        assert_eq!(
            after("00:00-24:00", &[], spring, 4),
            "2026-03-08T05:00:00-04:00"
        );
        assert_eq!(
            after("00:00-24:00", &[], autumn, 4),
            "2026-11-01T03:00:00-05:00"
        );
    }

    #[test]
    fn a_clinic_that_stays_closed_has_an_end_all_the_same() {
        let all: Vec<String> = (0..200)
            .map(|days| {
                let first = jiff::civil::date(2026, 12, 1);
                first
                    .saturating_add(jiff::Span::new().days(days))
                    .to_string()
            })
            .collect();
        let all: Vec<&str> = all.iter().map(String::as_str).collect();

        let by = after("09:00-17:00", &all, "2026-12-01T10:00:00-05:00", 8);

        assert_eq!(by, "2027-03-31T00:00:00-04:00", "after 120 days");
    }
}
