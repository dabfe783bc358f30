//! Whether the clinic is open, by its hours and closures, and its opening hours counted as time that passes.

use jiff::{SignedDuration, Timestamp, ToSpan as _, civil::Date};

use super::Clinic;

/// How far ahead opening hours are looked for: a clinic may be closed for a summer.
const LOOK_AHEAD_DAYS: i32 = 120;

/// Whether the clinic is open at a moment, and until when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    Open {
        /// The moment at which it closes.
        until: Timestamp,
    },
    Closed {
        /// When it opens next; `None` when it does not within 120 days.
        until: Option<Timestamp>,
    },
}

impl Clinic {
    /// Whether the clinic is open at `now`.
    #[must_use]
    pub fn opening(&self, now: Timestamp) -> Opening {
        let mut open_until = None;
        for (opens, closes) in self.stretches_from(now) {
            match open_until {
                // A period that follows at once, like the one after midnight, prolongs the one before.
                Some(until) if opens <= until => open_until = Some(closes),
                Some(until) => return Opening::Open { until },
                None if opens <= now => open_until = Some(closes),
                None => return Opening::Closed { until: Some(opens) },
            }
        }
        match open_until {
            Some(until) => Opening::Open { until },
            None => Opening::Closed { until: None },
        }
    }

    /// The next date after `date` on which the clinic is open; the day after it, when it does not open within 120 days.
    #[must_use]
    pub fn next_open_date(&self, date: Date) -> Date {
        let is_open =
            |date: &Date| !self.is_closed(*date) && !self.hours().on(date.weekday()).is_empty();
        let tomorrow = date.saturating_add(1.day());
        let last = date.saturating_add(LOOK_AHEAD_DAYS.days());
        let mut dates = tomorrow.series(1.day()).take_while(|date| *date <= last);
        dates.find(is_open).unwrap_or(tomorrow)
    }

    /// The moment at which the clinic has been open for `lasts` since `from`. When it hardly opens any more, the end of
    /// the 120 days that are looked at.
    #[must_use]
    pub fn after_opening_hours(&self, from: Timestamp, lasts: SignedDuration) -> Timestamp {
        let mut left = lasts;
        for (opens, closes) in self.stretches_from(from) {
            let opens = opens.max(from);
            let open_for = closes.duration_since(opens);
            if left <= open_for {
                return opens.saturating_add(left).unwrap_or(Timestamp::MAX);
            }
            left -= open_for;
        }
        let last = self
            .local_date(from)
            .saturating_add((LOOK_AHEAD_DAYS - 1).days());
        self.day(last).end
    }

    /// When it opens and closes, for the periods that have not ended at `now`.
    fn stretches_from(&self, now: Timestamp) -> impl Iterator<Item = (Timestamp, Timestamp)> {
        let first = self.local_date(now);
        let last = first.saturating_add(LOOK_AHEAD_DAYS.days());
        let dates = first.series(1.day()).take_while(move |date| *date < last);
        let open = dates.filter(|date| !self.is_closed(*date));
        open.flat_map(|date| {
            let day = self.day(date);
            let periods = self.hours().on(date.weekday()).iter();
            periods.map(move |period| day.stretch(*period))
        })
        .filter(move |(_, closes)| *closes > now)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn toml() -> String {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../infra/clinic.toml");
        std::fs::read_to_string(path).unwrap()
    }

    /// The reference clinic, whose doors are open from 9 to 6, on Saturdays to 2.
    fn clinic() -> Clinic {
        Clinic::parse(&toml()).unwrap()
    }

    fn always_open() -> Clinic {
        let toml = toml().replacen("\"09:00-18:00\"", "\"00:00-24:00\"", 5);
        let saturday_and_sunday = "[\"00:00-24:00\"]\nsunday = [\"00:00-24:00\"]";
        let toml = toml.replacen("[\"09:00-14:00\"]", saturday_and_sunday, 1);
        Clinic::parse(&toml).unwrap()
    }

    fn at(now: &str) -> (bool, String) {
        let clinic = clinic();
        let local = |moment| clinic.local_time(moment).to_string();
        match clinic.opening(now.parse().unwrap()) {
            Opening::Open { until } => (true, local(until)),
            Opening::Closed { until } => (false, until.map(local).unwrap_or_default()),
        }
    }

    #[test]
    fn hours_nights_sundays_and_closures_are_told_apart() {
        for (now, is_open, until) in [
            (
                "2026-12-01T09:00:00-05:00",
                true,
                "2026-12-01T18:00:00-05:00",
            ),
            (
                "2026-12-01T18:00:00-05:00",
                false,
                "2026-12-02T09:00:00-05:00",
            ),
            (
                "2026-12-01T08:59:59-05:00",
                false,
                "2026-12-01T09:00:00-05:00",
            ),
            (
                "2026-12-05T14:00:00-05:00",
                false,
                "2026-12-07T09:00:00-05:00",
            ),
            // Christmas Day is a Friday, Boxing Day a Saturday.
            (
                "2026-12-24T18:30:00-05:00",
                false,
                "2026-12-28T09:00:00-05:00",
            ),
            (
                "2026-12-25T10:00:00-05:00",
                false,
                "2026-12-28T09:00:00-05:00",
            ),
        ] {
            assert_eq!(at(now), (is_open, until.to_owned()), "{now}");
        }
    }

    fn after(clinic: &Clinic, from: &str, hours: i64) -> String {
        let lasts = SignedDuration::from_hours(hours);
        let by = clinic.after_opening_hours(from.parse().unwrap(), lasts);
        clinic.local_time(by).to_string()
    }

    #[test]
    fn only_the_hours_that_the_clinic_is_open_count() {
        for (from, by) in [
            // Before it opens, while it is open, shortly before it closes, and after that.
            ("2026-12-01T07:00:00-05:00", "2026-12-01T14:00:00-05:00"),
            ("2026-12-01T11:00:00-05:00", "2026-12-01T16:00:00-05:00"),
            ("2026-12-01T17:30:00-05:00", "2026-12-02T13:30:00-05:00"),
            ("2026-12-01T23:00:00-05:00", "2026-12-02T14:00:00-05:00"),
            // Over a Sunday, and over Christmas.
            ("2026-12-05T12:00:00-05:00", "2026-12-07T12:00:00-05:00"),
            ("2026-12-24T16:00:00-05:00", "2026-12-28T12:00:00-05:00"),
        ] {
            assert_eq!(after(&clinic(), from, 5), by, "{from}");
        }
    }

    #[test]
    fn a_break_at_noon_does_not_count() {
        let toml = toml().replacen("\"09:00-18:00\"", "\"09:00-12:00\", \"13:00-18:00\"", 5);
        let clinic = Clinic::parse(&toml).unwrap();

        let by = after(&clinic, "2026-12-01T10:00:00-05:00", 4);

        assert_eq!(by, "2026-12-01T15:00:00-05:00");
    }

    #[test]
    fn the_next_open_date_is_after_sundays_and_closures() {
        let clinic = clinic();
        for (date, next) in [
            (date(2026, 12, 1), date(2026, 12, 2)),
            (date(2026, 12, 5), date(2026, 12, 7)),
            (date(2026, 12, 24), date(2026, 12, 28)),
        ] {
            assert_eq!(clinic.next_open_date(date), next);
        }
    }

    #[test]
    fn an_hour_that_is_skipped_or_comes_twice_counts_as_it_passes() {
        for (midnight, by) in [
            ("2026-03-08T00:00:00-05:00", "2026-03-08T05:00:00-04:00"),
            ("2026-11-01T00:00:00-04:00", "2026-11-01T03:00:00-05:00"),
        ] {
            assert_eq!(after(&always_open(), midnight, 4), by);
        }
    }

    #[test]
    fn hours_that_never_come_end_with_the_days_that_are_looked_at() {
        let by = after(&clinic(), "2026-12-01T10:00:00-05:00", 10_000);

        assert_eq!(by, "2027-03-31T00:00:00-04:00", "after 120 days");
    }

    #[test]
    fn a_clinic_that_is_always_open_closes_at_the_end_of_the_days_that_are_looked_at() {
        let opening = always_open().opening("2027-03-01T12:00:00-05:00".parse().unwrap());

        let until = "2027-06-29T00:00:00-04:00".parse().unwrap();
        assert_eq!(opening, Opening::Open { until });
    }
}
