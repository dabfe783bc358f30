//! Moments as an operator types them.

use std::str::FromStr;

use anyhow::{Context as _, Result, ensure};
use jiff::{
    Timestamp, Zoned,
    civil::{Date, DateTime},
    tz::{AmbiguousOffset, TimeZone},
};

/// A moment: `2026-12-07T09:00` at the clinic, `2026-12-07T09:00:00-05:00` anywhere, or a whole day, `2026-12-07`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Typed {
    Moment(Timestamp),
    Local(DateTime),
    Day(Date),
}

impl FromStr for Typed {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(moment) = text.parse::<Timestamp>() {
            let is_whole = moment.as_nanosecond() % 60_000_000_000 == 0;
            return whole_minutes(is_whole, Self::Moment(moment));
        }
        // jiff also reads dates with times behind them as dates.
        if text.len() == 10
            && let Ok(day) = text.parse()
        {
            return Ok(Self::Day(day));
        }
        let local: DateTime = text
            .parse()
            .map_err(|_| "write it like 2026-12-07T09:00, or 2026-12-07 for the whole day")?;
        let is_whole = (local.second(), local.subsec_nanosecond()) == (0, 0);
        whole_minutes(is_whole, Self::Local(local))
    }
}

fn whole_minutes(is_whole: bool, typed: Typed) -> Result<Typed, String> {
    is_whole
        .then_some(typed)
        .ok_or_else(|| "give whole minutes, like 2026-12-07T09:00".to_owned())
}

impl Typed {
    /// The moment; of a day, its beginning. Of a time that comes twice, the first.
    ///
    /// # Errors
    /// When there is no such moment: the clocks skip it, for example.
    pub(super) fn begins(self, time_zone: &TimeZone) -> Result<Timestamp> {
        match self {
            Self::Moment(moment) => Ok(moment),
            Self::Local(local) => {
                let reading = time_zone.to_ambiguous_timestamp(local);
                let is_skipped = matches!(reading.offset(), AmbiguousOffset::Gap { .. });
                ensure!(
                    !is_skipped,
                    "there is no {local} at the clinic: the clocks go forward then"
                );
                Ok(reading.compatible().context("there is no such moment")?)
            }
            Self::Day(day) => resolve(day.to_zoned(time_zone.clone())),
        }
    }

    /// The moment; of a day, its end.
    ///
    /// # Errors
    /// When there is no such moment.
    pub(super) fn ends(self, time_zone: &TimeZone) -> Result<Timestamp> {
        match self {
            Self::Day(day) => {
                let next = day.tomorrow().context("there is no day after this one")?;
                resolve(next.to_zoned(time_zone.clone()))
            }
            other => other.begins(time_zone),
        }
    }
}

fn resolve(zoned: Result<Zoned, jiff::Error>) -> Result<Timestamp> {
    Ok(zoned.context("there is no such moment")?.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn toronto(text: &str) -> (String, String) {
        let zone = TimeZone::get("America/Toronto").unwrap();
        let typed: Typed = text.parse().unwrap();
        let moment = |moment: Result<Timestamp>| moment.unwrap().to_string();
        (moment(typed.begins(&zone)), moment(typed.ends(&zone)))
    }

    #[test]
    fn a_time_is_the_clinics_unless_it_says_otherwise() {
        let nine = "2026-12-07T14:00:00Z".to_owned();
        assert_eq!(toronto("2026-12-07T09:00"), (nine.clone(), nine.clone()));
        assert_eq!(toronto("2026-12-07T15:00:00+01:00"), (nine.clone(), nine));
    }

    #[test]
    fn a_time_that_the_clocks_skip_is_refused() {
        let zone = TimeZone::get("America/Toronto").unwrap();
        let typed: Typed = "2027-03-14T02:30".parse().unwrap();

        let error = typed.begins(&zone).unwrap_err().to_string();

        assert!(error.contains("the clocks go forward"), "{error}");
    }

    #[test]
    fn a_day_is_all_of_it_also_when_the_clocks_change() {
        let day = ("2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z");
        let day = (day.0.to_owned(), day.1.to_owned());
        assert_eq!(toronto("2026-11-01"), day);
        for text in ["soon", "2026-12-07T09:00:30", "2026-12-07T09:00:30Z"] {
            assert!(text.parse::<Typed>().is_err(), "{text}");
        }
    }
}
