//! The clinic's hours in words.

use jiff::{
    Timestamp, Unit,
    civil::{Date, Time, Weekday},
};

use super::{Clinic, Opening, Period, Week};

impl Clinic {
    /// The week as people say it, days with the same hours together: `Monday to Friday`, `9 a.m. to 6 p.m.`
    #[must_use]
    pub fn spoken_hours(&self) -> Vec<(String, String)> {
        let mut rows: Vec<(Weekday, Weekday, &[Period])> = Vec::new();
        for (day, _) in Week::DAYS {
            let periods = self.hours().on(day);
            match rows.last_mut() {
                Some((_, last, same)) if *same == periods => *last = day,
                _ => rows.push((day, day, periods)),
            }
        }
        let row = |(first, last, periods): (Weekday, Weekday, &[Period])| {
            let days = match last.since(first) {
                0 => name(first).to_owned(),
                1 => format!("{} and {}", name(first), name(last)),
                _ => format!("{} to {}", name(first), name(last)),
            };
            (days, spoken_periods(periods))
        };
        rows.into_iter().map(row).collect()
    }

    /// Whether the clinic is open, in a few words without a full stop: `Open now, until 6 p.m.`
    #[must_use]
    pub fn spoken_opening(&self, now: Timestamp) -> String {
        let local = |moment: Timestamp| moment.to_zoned(self.time_zone().clone());
        match self.opening(now) {
            Opening::Open { until } => {
                format!("Open now, until {}", spoken_time(local(until).time()))
            }
            Opening::Closed { until: None } => "Closed now".to_owned(),
            Opening::Closed { until: Some(opens) } => {
                let opens = local(opens);
                let day = spoken_day(opens.date(), self.local_date(now));
                format!("Closed now, opens {day} at {}", spoken_time(opens.time()))
            }
        }
    }
}

fn spoken_periods(periods: &[Period]) -> String {
    if periods.is_empty() {
        return "Closed".to_owned();
    }
    let spoken = |period: &Period| {
        let end = period.end().map_or("midnight".to_owned(), spoken_time);
        format!("{} to {end}", spoken_time(period.start()))
    };
    let spoken: Vec<String> = periods.iter().map(spoken).collect();
    spoken.join(", ")
}

/// `9 a.m.`, `9:30 a.m.`, `noon`.
fn spoken_time(time: Time) -> String {
    if time == Time::constant(12, 0, 0, 0) {
        return "noon".to_owned();
    }
    if time == Time::midnight() {
        return "midnight".to_owned();
    }
    let half = if time.hour() < 12 { "a.m." } else { "p.m." };
    let face = if time.minute() == 0 { "%-I" } else { "%-I:%M" };
    format!("{}\u{a0}{half}", time.strftime(face))
}

/// A day as one says it today.
fn spoken_day(date: Date, today: Date) -> String {
    let away = date
        .since((Unit::Day, today))
        .map_or(0, |span| span.get_days());
    match away {
        0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        2..=6 => format!("on {}", name(date.weekday())),
        _ => date.strftime("on %A, %B %-d").to_string(),
    }
}

fn name(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "Monday",
        Weekday::Tuesday => "Tuesday",
        Weekday::Wednesday => "Wednesday",
        Weekday::Thursday => "Thursday",
        Weekday::Friday => "Friday",
        Weekday::Saturday => "Saturday",
        Weekday::Sunday => "Sunday",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clinic(from: &str, to: &str) -> Clinic {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../infra/clinic.toml");
        let toml = std::fs::read_to_string(path).unwrap();
        Clinic::parse(&toml.replacen(from, to, 1)).unwrap()
    }

    #[test]
    fn days_with_the_same_hours_are_named_together() {
        let spoken = |from: &str, to: &str| {
            let rows = clinic(from, to).spoken_hours().into_iter();
            let rows = rows.map(|(days, hours)| format!("{days}: {hours}"));
            rows.collect::<Vec<_>>().join("; ").replace('\u{a0}', " ")
        };

        assert_eq!(
            spoken("x", "x"),
            "Monday to Friday: 9 a.m. to 6 p.m.; Saturday: 9 a.m. to 2 p.m.; Sunday: Closed"
        );
        assert_eq!(
            spoken(
                "monday = [\"09:00-18:00\"]",
                "monday = [\"09:30-12:00\", \"13:00-24:00\"]"
            ),
            "Monday: 9:30 a.m. to noon, 1 p.m. to midnight; Tuesday to Friday: 9 a.m. to 6 p.m.; Saturday: 9 a.m. to 2 p.m.; Sunday: Closed"
        );
        assert_eq!(
            spoken("saturday = [\"09:00-14:00\"]", ""),
            "Monday to Friday: 9 a.m. to 6 p.m.; Saturday and Sunday: Closed"
        );
    }

    #[test]
    fn the_next_opening_is_said_as_one_says_it_today() {
        let clinic = clinic("x", "x");
        for (now, words) in [
            ("2026-12-01T09:00:00-05:00", "Open now, until 6 p.m."),
            (
                "2026-12-01T07:00:00-05:00",
                "Closed now, opens today at 9 a.m.",
            ),
            (
                "2026-12-01T19:00:00-05:00",
                "Closed now, opens tomorrow at 9 a.m.",
            ),
            (
                "2026-12-05T15:00:00-05:00",
                "Closed now, opens on Monday at 9 a.m.",
            ),
        ] {
            let spoken = clinic.spoken_opening(now.parse().unwrap());
            assert_eq!(spoken.replace('\u{a0}', " "), words, "{now}");
        }
    }
}
