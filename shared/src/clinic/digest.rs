//! When the daily digest is written.

use jiff::{Timestamp, ToSpan as _, civil::Date};

use super::Clinic;

/// The day of a digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DigestDay {
    /// The date at the clinic.
    pub date: Date,
    /// The digest's hour on it. The digest tells of what was there by then.
    pub until: Timestamp,
}

impl Clinic {
    /// The day of the last digest that is due at `now`: today's from its hour on, before that yesterday's.
    #[must_use]
    pub fn digest_day(&self, now: Timestamp) -> DigestDay {
        let today = self.digest_of(self.local_date(now));
        if today.until <= now {
            today
        } else {
            self.digest_of(today.date.saturating_sub(1.day()))
        }
    }

    /// The digest of a date.
    #[must_use]
    pub fn digest_of(&self, date: Date) -> DigestDay {
        let at = date.to_datetime(self.contact().digest_at);
        let at = at.to_zoned(self.time_zone().clone());
        DigestDay {
            date,
            until: at.map_or(Timestamp::MAX, |at| at.timestamp()),
        }
    }
}
