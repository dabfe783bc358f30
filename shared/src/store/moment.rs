//! How moments are stored: as text that sorts by time, and as `DynamoDB`'s expiry.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A moment, stored as RFC 3339 in UTC, always with milliseconds, so that text order is time order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(pub Timestamp);

impl std::fmt::Display for Moment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:.3}", self.0)
    }
}

impl From<Timestamp> for Moment {
    fn from(moment: Timestamp) -> Self {
        Self(moment)
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Timestamp::deserialize(deserializer).map(Self)
    }
}

/// `expires_at`: seconds since the Unix epoch (`DynamoDB` TTL). From then on the item is treated as
/// gone, whether or not `DynamoDB` has deleted it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ExpiresAt(i64);

impl ExpiresAt {
    #[must_use]
    pub fn after(now: Timestamp, lasts: SignedDuration) -> Self {
        Self(now.as_second().saturating_add(lasts.as_secs()))
    }

    /// So many days of 24 hours after `now`.
    #[must_use]
    pub fn days_after(now: Timestamp, days: u32) -> Self {
        Self::after(now, SignedDuration::from_hours(i64::from(days) * 24))
    }

    /// Whether it has passed at `now`.
    #[must_use]
    pub fn is_past(self, now: Timestamp) -> bool {
        self.0 <= now.as_second()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_order_is_time_order() {
        let moments = [
            "2026-12-01T14:00:00Z",
            "2026-12-01T14:00:00.05Z",
            "2026-12-01T14:00:00.5Z",
            "2026-12-01T14:00:01Z",
        ];
        let keys: Vec<String> = moments
            .iter()
            .map(|m| Moment(m.parse().unwrap()).to_string())
            .collect();

        assert_eq!(keys[0], "2026-12-01T14:00:00.000Z");
        assert!(keys.is_sorted(), "{keys:?}");
    }
}
