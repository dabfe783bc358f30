//! Whether the clinic is open, by its hours and closures.

use jiff::{Timestamp, ToSpan as _};

use super::Clinic;

/// How far ahead the next opening is looked for: a clinic may be closed for a summer.
const LOOK_AHEAD_DAYS: usize = 120;

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

    /// When it opens and closes, for the periods that have not ended at `now`.
    fn stretches_from(&self, now: Timestamp) -> impl Iterator<Item = (Timestamp, Timestamp)> {
        let dates = self.local_date(now).series(1.day()).take(LOOK_AHEAD_DAYS);
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
    use super::*;

    /// The reference clinic, whose doors are open from 9 to 6, on Saturdays to 2.
    fn clinic() -> Clinic {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../infra/clinic.toml");
        Clinic::parse(&std::fs::read_to_string(path).unwrap()).unwrap()
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

    #[test]
    fn a_clinic_that_is_always_open_closes_at_the_end_of_the_days_that_are_looked_at() {
        let toml =
            std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../infra/clinic.toml"));
        let toml = toml
            .unwrap()
            .replacen("\"09:00-18:00\"", "\"00:00-24:00\"", 5);
        let toml = toml.replacen(
            "[\"09:00-14:00\"]",
            "[\"00:00-24:00\"]\nsunday = [\"00:00-24:00\"]",
            1,
        );
        let clinic = Clinic::parse(&toml).unwrap();

        let opening = clinic.opening("2027-03-01T12:00:00-05:00".parse().unwrap());

        let until = "2027-06-29T00:00:00-04:00".parse().unwrap();
        assert_eq!(opening, Opening::Open { until });
    }
}
