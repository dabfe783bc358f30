//! A local date as a stretch of elapsed time, and the moments at which its clock shows a time.

use super::{Clinic, Period};
use jiff::{
    Timestamp,
    civil::{Date, DateTime, Time},
    tz::{AmbiguousOffset, TimeZone},
};

/// A local date as a stretch of elapsed time: 23, 24 or 25 hours in most places.
#[derive(Clone, Copy, Debug)]
pub struct Day<'a> {
    pub date: Date,
    time_zone: &'a TimeZone,
    /// The moment at which it begins.
    pub midnight: Timestamp,
    /// When the next day begins.
    pub end: Timestamp,
}

impl Clinic {
    /// A date at the clinic.
    #[must_use]
    pub fn day(&self, date: Date) -> Day<'_> {
        Day::of(date, self.time_zone())
    }
}

impl<'a> Day<'a> {
    fn of(date: Date, time_zone: &'a TimeZone) -> Self {
        let tomorrow = date.tomorrow().unwrap_or(date);
        let midnight = |date: Date| moment(date.to_datetime(Time::midnight()), time_zone);
        Self {
            date,
            time_zone,
            midnight: midnight(date),
            end: midnight(tomorrow),
        }
    }

    /// When the period begins and ends on this day.
    #[must_use]
    pub fn stretch(&self, period: Period) -> (Timestamp, Timestamp) {
        let moment = |face| moment(self.date.to_datetime(face), self.time_zone);
        let end = period.end().map_or(self.end, moment);
        (moment(period.start()), end)
    }
}

/// The moment at which the clock shows a time: the first of two; the moment of the change for a skipped time.
fn moment(face: DateTime, time_zone: &TimeZone) -> Timestamp {
    let reading = time_zone.to_ambiguous_timestamp(face);
    let resolved = match reading.offset() {
        AmbiguousOffset::Gap { after, .. } => after
            .to_timestamp(face)
            .ok()
            .and_then(|before_the_change| time_zone.following(before_the_change).next())
            .map(|change| change.timestamp()),
        AmbiguousOffset::Unambiguous { .. } | AmbiguousOffset::Fold { .. } => {
            reading.compatible().ok()
        }
    };
    resolved.unwrap_or(Timestamp::MAX)
}
