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

impl fmt::Display for LocalTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let local = self.moment.to_zoned(TimeZone::fixed(self.offset));
        write!(f, "{}", local.strftime(FORMAT))
    }
}

impl Serialize for LocalTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
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
