//! Weekly hours in local time.

use std::fmt;

use jiff::civil::{Time, Weekday};

/// From one local time to a later one of the same day. `24:00` is the end of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Period {
    /// Minutes since local midnight, on the clock's face.
    start: u16,
    end: u16,
}

/// The hours of each weekday, in order and without overlap.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Week([Vec<Period>; 7]);

impl Period {
    /// Reads `09:00-12:30`.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (start, end) = text
            .split_once('-')
            .and_then(|(start, end)| Some((minutes(start.trim())?, minutes(end.trim())?)))
            .ok_or("write a period as \"09:00-12:30\"")?;
        if start >= end {
            return Err("a period has to end after it starts".to_owned());
        }
        if start % 5 != 0 || end % 5 != 0 {
            return Err("times have to be whole five minutes".to_owned());
        }
        Ok(Self { start, end })
    }

    /// When it starts, on the clock's face.
    #[must_use]
    pub fn start(self) -> Time {
        face(self.start).unwrap_or(Time::midnight())
    }

    /// When it ends, on the clock's face; `None` is the end of the day.
    #[must_use]
    pub fn end(self) -> Option<Time> {
        face(self.end)
    }

    fn without(self, other: Self) -> impl Iterator<Item = Self> {
        let before = Self {
            start: self.start,
            end: self.end.min(other.start),
        };
        let after = Self {
            start: self.start.max(other.end),
            end: self.end,
        };
        [before, after]
            .into_iter()
            .filter(|rest| rest.start < rest.end)
    }
}

fn minutes(text: &str) -> Option<u16> {
    let (hour, minute) = text.split_once(':')?;
    let two_digits = |part: &str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
    if !two_digits(hour) || !two_digits(minute) {
        return None;
    }
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    let total = hour * 60 + minute;
    (minute < 60 && total <= 24 * 60).then_some(total)
}

fn face(minutes: u16) -> Option<Time> {
    let hour = i8::try_from(minutes / 60).ok()?;
    let minute = i8::try_from(minutes % 60).ok()?;
    Time::new(hour, minute, 0, 0).ok()
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (start, end) = (self.start, self.end);
        write!(
            f,
            "{:02}:{:02}-{:02}:{:02}",
            start / 60,
            start % 60,
            end / 60,
            end % 60
        )
    }
}

impl Week {
    /// The weekdays, Monday first, as they are written.
    pub const DAYS: [(Weekday, &'static str); 7] = [
        (Weekday::Monday, "monday"),
        (Weekday::Tuesday, "tuesday"),
        (Weekday::Wednesday, "wednesday"),
        (Weekday::Thursday, "thursday"),
        (Weekday::Friday, "friday"),
        (Weekday::Saturday, "saturday"),
        (Weekday::Sunday, "sunday"),
    ];

    /// The periods of a weekday, in order.
    #[must_use]
    pub fn on(&self, day: Weekday) -> &[Period] {
        let index = usize::try_from(day.to_monday_zero_offset()).unwrap_or_default();
        self.0.get(index).map(Vec::as_slice).unwrap_or_default()
    }

    /// Adds a period to a weekday.
    ///
    /// # Errors
    /// When it overlaps another period of that day.
    pub fn add(&mut self, day: Weekday, period: Period) -> Result<(), String> {
        let periods = self.periods_mut(day);
        if periods
            .iter()
            .any(|other| period.start < other.end && other.start < period.end)
        {
            return Err(format!("{period} overlaps another period of that day"));
        }
        periods.push(period);
        periods.sort();
        Ok(())
    }

    /// Takes a break out of a weekday.
    ///
    /// # Errors
    /// When the break is outside the working hours.
    pub fn take_out(&mut self, day: Weekday, pause: Period) -> Result<(), String> {
        let periods = self.periods_mut(day);
        let rest: Vec<Period> = periods
            .iter()
            .flat_map(|period| period.without(pause))
            .collect();
        if rest == *periods {
            return Err(format!("{pause} lies outside that day's hours"));
        }
        *periods = rest;
        Ok(())
    }

    fn periods_mut(&mut self, day: Weekday) -> &mut Vec<Period> {
        let index = usize::try_from(day.to_monday_zero_offset()).unwrap_or_default();
        #[expect(clippy::indexing_slicing, reason = "a weekday's offset is 0 to 6")]
        &mut self.0[index]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(text: &str) -> Period {
        Period::parse(text).unwrap()
    }

    #[test]
    fn a_break_splits_the_day() {
        let mut week = Week::default();
        week.add(Weekday::Monday, period("09:00-17:00")).unwrap();

        week.take_out(Weekday::Monday, period("12:30-13:00"))
            .unwrap();

        assert_eq!(
            week.on(Weekday::Monday),
            [period("09:00-12:30"), period("13:00-17:00")]
        );
        assert!(week.on(Weekday::Tuesday).is_empty());
        assert!(
            week.take_out(Weekday::Monday, period("18:00-19:00"))
                .is_err()
        );
        assert!(week.add(Weekday::Monday, period("16:30-18:00")).is_err());
    }

    #[test]
    fn what_is_not_a_period_is_refused() {
        for text in [
            "",
            "9:00-10:00",
            "09:00",
            "10:00-09:00",
            "09:00-09:00",
            "09:00-24:05",
            "09:02-10:00",
            "09:60-11:00",
        ] {
            assert!(Period::parse(text).is_err(), "{text}");
        }
        assert_eq!(period("00:00-24:00").end(), None);
    }
}
