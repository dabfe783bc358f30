//! Which starts exist on a day, before anybody has booked.
//!
//! Hours are written in local time. On a day with a clock change, an opening or closing time that the
//! clock skips counts as the moment of the change, and one that comes twice counts as its first.
//! From the opening on, starts are a step of elapsed time apart.

use jiff::{SignedDuration, Timestamp, civil::Date};
use shared::{
    clinic::{Clinic, Day, Period, Practitioner, Service},
    values::PractitionerId,
};

use super::cells::{CELL, Cells};

/// A time at which a practitioner could see a patient for a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Slot {
    pub(crate) start: Timestamp,
    pub(crate) end: Timestamp,
    /// The day's cells that it takes, buffers included.
    pub(crate) cells: Cells,
}

/// The slots of `service` with `practitioner` on `date`, in order. None when the clinic is closed.
pub(crate) fn slots(
    clinic: &Clinic,
    service: &Service,
    practitioner: &Practitioner,
    date: Date,
) -> Vec<Slot> {
    slots_of(&clinic.day(date), clinic, service, practitioner)
}

/// Like [`slots`], for a day whose midnights are known.
pub(super) fn slots_of(
    day: &Day<'_>,
    clinic: &Clinic,
    service: &Service,
    practitioner: &Practitioner,
) -> Vec<Slot> {
    if clinic.is_closed(day.date) {
        return Vec::new();
    }
    let periods = practitioner.hours.on(day.date.weekday()).iter();
    periods
        .flat_map(|period| slots_in(*period, day, service, clinic.booking().step))
        .collect()
}

/// Whether the practitioner is there for the whole of a slot, whenever its starts are.
pub(crate) fn is_open_for(
    clinic: &Clinic,
    practitioner: &PractitionerId,
    date: Date,
    slot: &Slot,
) -> bool {
    let Some(practitioner) = clinic.practitioner(practitioner.as_str()) else {
        return false;
    };
    let day = clinic.day(date);
    let mut periods = practitioner.hours.on(date.weekday()).iter();
    !clinic.is_closed(date)
        && periods.any(|period| {
            let (open, close) = day.stretch(*period);
            open <= slot.start && slot.end <= close
        })
}

fn slots_in(period: Period, day: &Day<'_>, service: &Service, step: SignedDuration) -> Vec<Slot> {
    let (open, close) = day.stretch(period);
    let starts = std::iter::successors(Some(open), |start| start.checked_add(step).ok());
    starts
        .map(|start| {
            (
                start,
                start
                    .saturating_add(service.duration)
                    .unwrap_or(Timestamp::MAX),
            )
        })
        .take_while(|(_, end)| *end <= close)
        .filter_map(|(start, end)| {
            Some(Slot {
                start,
                end,
                cells: cells(day, start, end, service)?,
            })
        })
        .collect()
}

/// `None` when a buffer would reach into another day.
fn cells(day: &Day<'_>, start: Timestamp, end: Timestamp, service: &Service) -> Option<Cells> {
    let from = start.checked_sub(service.buffer_before).ok()?;
    let to = end.checked_add(service.buffer_after).ok()?;
    if from < day.midnight || to > day.end {
        return None;
    }
    let cell = |moment: Timestamp| {
        let elapsed = moment.duration_since(day.midnight);
        u16::try_from(elapsed.as_secs() / CELL.as_secs()).ok()
    };
    Some(Cells::between(cell(from)?, cell(to)?))
}

#[cfg(test)]
mod tests {
    use jiff::{ToSpan, civil::date, tz::TimeZone};
    use proptest::prelude::*;

    use super::*;
    use crate::samples::Sample;

    /// A clinic that is open at `hours` every day, with one service.
    fn clinic(hours: &str, minutes: u32, step: u32, time_zone: &'static str) -> Clinic {
        let sample = Sample::open(hours, time_zone);
        Sample {
            step,
            minutes,
            ..sample
        }
        .clinic()
    }

    fn starts(clinic: &Clinic, date: Date) -> Vec<Timestamp> {
        let slots = slots(
            clinic,
            &clinic.services()[0],
            &clinic.practitioners()[0],
            date,
        );
        slots.iter().map(|slot| slot.start).collect()
    }

    fn faces(clinic: &Clinic, date: Date) -> Vec<String> {
        starts(clinic, date)
            .iter()
            .map(|start| clinic.local_time(*start).to_string()[11..].to_owned())
            .collect()
    }

    /// Toronto, a place three and a half hours behind UTC, and one whose clocks change by half an hour.
    const ZONES: [&str; 3] = ["America/Toronto", "America/St_Johns", "Australia/Lord_Howe"];

    /// The days on which the clocks of a time zone change, and the days beside them, from 2026 to 2040.
    fn days_around_changes(time_zone: &str) -> Vec<Date> {
        let time_zone = TimeZone::get(time_zone).unwrap();
        let from: Timestamp = "2026-01-01T05:00:00Z".parse().unwrap();
        let to: Timestamp = "2041-01-01T05:00:00Z".parse().unwrap();
        let changes: Vec<Date> = time_zone
            .following(from)
            .take_while(|change| change.timestamp() < to)
            .map(|change| change.timestamp().to_zoned(time_zone.clone()).date())
            .collect();
        assert_eq!(changes.len(), 30);
        changes
            .iter()
            .flat_map(|day| [*day - 1.day(), *day, *day + 1.day()])
            .collect()
    }

    #[test]
    fn the_hour_that_is_skipped_has_no_starts() {
        let clinic = clinic("01:00-04:00", 30, 30, "America/Toronto");

        assert_eq!(
            faces(&clinic, date(2026, 3, 8)),
            [
                "01:00:00-05:00",
                "01:30:00-05:00",
                "03:00:00-04:00",
                "03:30:00-04:00"
            ]
        );
    }

    #[test]
    fn the_hour_that_comes_twice_has_its_starts_twice() {
        let clinic = clinic("00:30-02:30", 30, 30, "America/Toronto");

        assert_eq!(
            faces(&clinic, date(2026, 11, 1)),
            [
                "00:30:00-04:00",
                "01:00:00-04:00",
                "01:30:00-04:00",
                "01:00:00-05:00",
                "01:30:00-05:00",
                "02:00:00-05:00",
            ]
        );
    }

    #[test]
    fn opening_and_closing_in_the_skipped_hour_is_the_moment_of_the_change() {
        let opens = clinic("02:30-04:00", 30, 30, "America/Toronto");
        let closes = clinic("01:00-02:30", 30, 30, "America/Toronto");

        assert_eq!(
            faces(&opens, date(2026, 3, 8)),
            ["03:00:00-04:00", "03:30:00-04:00"]
        );
        assert_eq!(
            faces(&closes, date(2026, 3, 8)),
            ["01:00:00-05:00", "01:30:00-05:00"]
        );
    }

    #[test]
    fn a_whole_day_has_23_24_or_25_hours() {
        let clinic = clinic("00:00-24:00", 60, 60, "America/Toronto");

        assert_eq!(starts(&clinic, date(2026, 3, 8)).len(), 23);
        assert_eq!(starts(&clinic, date(2026, 3, 9)).len(), 24);
        assert_eq!(starts(&clinic, date(2026, 11, 1)).len(), 25);
    }

    #[test]
    fn a_midnight_that_does_not_exist_is_no_trouble() {
        // Santiago's clocks skip the hour after midnight.
        let clinic = clinic("00:00-02:00", 60, 60, "America/Santiago");

        assert_eq!(faces(&clinic, date(2026, 9, 6)), ["01:00:00-03:00"]);
    }

    /// The same rule from the other end: walk the day in cells and look at the clock on the wall.
    fn by_walking(
        clinic: &Clinic,
        date: Date,
        open: u16,
        close: u16,
        minutes: u32,
        step: u32,
    ) -> Vec<Timestamp> {
        let midnight = date
            .to_zoned(clinic.time_zone().clone())
            .unwrap()
            .timestamp();
        let cells: Vec<Timestamp> = (0..320)
            .map(|cell| midnight + (cell * 5).minutes())
            .collect();
        let face = |moment: &Timestamp| {
            let local = moment.to_zoned(clinic.time_zone().clone());
            let minute =
                u16::try_from(i32::from(local.hour()) * 60 + i32::from(local.minute())).unwrap();
            (local.date() == date).then_some(minute)
        };
        // Open from the first moment that shows the opening time or later, until the first that shows
        // the closing time or later, or the next day.
        let first = cells
            .iter()
            .position(|cell| face(cell).is_some_and(|face| face >= open));
        let last = cells
            .iter()
            .position(|cell| face(cell).is_none_or(|face| face >= close))
            .unwrap();
        let Some(first) = first else {
            return Vec::new();
        };
        let (length, step) = (minutes as usize / 5, step as usize / 5);
        (first..last)
            .step_by(step)
            .filter(|start| start + length <= last)
            .map(|start| cells[start])
            .collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

        #[test]
        fn every_day_around_a_change_has_the_right_starts(
            open in 0_u16..280, length in 1_u16..100, minutes in 1_u32..24, step in 1_u32..12,
        ) {
            let (open, close) = (open * 5, ((open + length) * 5).min(24 * 60));
            let (minutes, step) = (minutes * 5, step * 5);
            let hours = format!(
                "{:02}:{:02}-{:02}:{:02}", open / 60, open % 60, close / 60, close % 60
            );
            for time_zone in ZONES {
                let clinic = clinic(&hours, minutes, step, time_zone);
                for date in days_around_changes(time_zone) {
                    let found = starts(&clinic, date);
                    prop_assert_eq!(
                        &found, &by_walking(&clinic, date, open, close, minutes, step), "{} {} {}", time_zone, hours, date
                    );
                    for start in &found {
                        prop_assert_eq!(clinic.local_date(*start), date);
                    }
                }
            }
        }
    }
}
