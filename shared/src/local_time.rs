//! A moment in the clinic's time, as the API writes it.

use std::fmt;

use jiff::{
    Timestamp, Zoned,
    tz::{Offset, TimeZone},
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

const FORMAT: &str = "%Y-%m-%dT%H:%M:%S%:z";

/// A moment with the offset of the clinic's clock then: RFC 3339, in whole seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LocalTime {
    moment: Timestamp,
    offset: Offset,
}

impl LocalTime {
    /// The moment in this time zone.
    #[must_use]
    pub fn new(moment: Timestamp, time_zone: &TimeZone) -> Self {
        let offset = time_zone.to_offset(moment);
        Self { moment, offset }
    }

    #[must_use]
    pub fn moment(self) -> Timestamp {
        self.moment
    }
}

impl LocalTime {
    /// The text, digit by digit: an answer about free starts has thousands of them.
    fn with_text<T>(self, use_it: impl FnOnce(&str) -> T) -> T {
        let local = self.offset.to_datetime(self.moment);
        let (date, time) = (local.date(), local.time());
        let seconds = self.offset.seconds();
        let away = seconds.unsigned_abs() / 60;
        let mut text = *b"0000-00-00T00:00:00+00:00";
        let parts = [
            (0, 2, date.year().unsigned_abs().into()),
            (5, 1, u32::from(date.month().unsigned_abs())),
            (8, 1, date.day().unsigned_abs().into()),
            (11, 1, time.hour().unsigned_abs().into()),
            (14, 1, time.minute().unsigned_abs().into()),
            (17, 1, time.second().unsigned_abs().into()),
            (20, 1, away / 60),
            (23, 1, away % 60),
        ];
        for (at, pairs, number) in parts {
            let mut number: u32 = number;
            for digit in text.iter_mut().skip(at).take(2 * pairs).rev() {
                *digit = b'0' + u8::try_from(number % 10).unwrap_or_default();
                number /= 10;
            }
        }
        if let Some(sign) = text.get_mut(19).filter(|_| seconds < 0) {
            *sign = b'-';
        }
        use_it(std::str::from_utf8(&text).unwrap_or_default())
    }
}

impl fmt::Display for LocalTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.with_text(|text| f.write_str(text))
    }
}

impl Serialize for LocalTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.with_text(|text| serializer.serialize_str(text))
    }
}

impl<'de> Deserialize<'de> for LocalTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let local = Zoned::strptime(FORMAT, text).map_err(de::Error::custom)?;
        let (moment, offset) = (local.timestamp(), local.offset());
        Ok(Self { moment, offset })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_what_a_formatter_writes() {
        for zone in ["America/Toronto", "America/St_Johns", "Asia/Kolkata", "UTC"] {
            let zone = TimeZone::get(zone).unwrap();
            for hours in 0..2_000 {
                let start: Timestamp = "2026-01-01T00:00:07Z".parse().unwrap();
                let moment = start + jiff::SignedDuration::from_hours(hours * 17);
                let formatted = moment.to_zoned(zone.clone()).strftime(FORMAT).to_string();

                assert_eq!(LocalTime::new(moment, &zone).to_string(), formatted);
            }
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let toronto = TimeZone::get("America/Toronto").unwrap();
        for (moment, text) in [
            ("2026-12-01T14:00:00Z", "2026-12-01T09:00:00-05:00"),
            ("2026-07-01T13:00:00Z", "2026-07-01T09:00:00-04:00"),
        ] {
            let local = LocalTime::new(moment.parse().unwrap(), &toronto);
            let json = serde_json::to_string(&local).unwrap();

            assert_eq!(json, format!("\"{text}\""));
            assert_eq!(serde_json::from_str::<LocalTime>(&json).unwrap(), local);
        }
    }
}
