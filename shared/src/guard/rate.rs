//! Rate limits per address: how many requests one sender has made in this minute and on this day.
//!
//! There is one item per address and day, written in the same transaction as what it counts. No item is
//! shared by all posts, since `DynamoDB` cancels one of two transactions that meet on an item; the overall
//! limit is the API's throttle.

use jiff::{SignedDuration, Timestamp, ToSpan};

use crate::{
    clinic::Clinic,
    http::ClientAddress,
    link::LinkKeys,
    store::{Change, ExpiresAt, Item, Key, Table},
};

const WHAT: &str = "count of a sender";
const PLACE: &str = "sent";
const DAY: &str = "day";
const MINUTE_SECONDS: i64 = 60;
/// How long a day's count is kept after the day.
const OUTLASTS_DAY: SignedDuration = SignedDuration::from_hours(1);

/// How many requests one sender may make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// In each minute of the clock.
    pub per_minute: u32,
    /// In each day, by the clinic's time zone.
    pub per_day: u32,
}

/// A sender, kept only as a keyed hash of the address (of its /64 for IPv6) that changes daily.
#[derive(Clone, Debug)]
pub struct Sender {
    pseudonym: String,
    /// The attribute that counts this minute.
    minute: String,
    now: Timestamp,
    tomorrow: Timestamp,
}

impl Sender {
    /// The sender at `address`, today.
    #[must_use]
    pub fn of(address: ClientAddress, keys: &LinkKeys, clinic: &Clinic, now: Timestamp) -> Self {
        let today = now.to_zoned(clinic.time_zone().clone());
        let tomorrow = today
            .start_of_day()
            .and_then(|day| day.checked_add(1.day()));
        let day = today.date().to_string();
        Self {
            pseudonym: keys.pseudonym("sender-address", &day, &address.network()),
            minute: format!("m{}", now.as_second().div_euclid(MINUTE_SECONDS)),
            now,
            tomorrow: tomorrow.map_or(now, |day| day.timestamp()),
        }
    }

    /// The part of a write that counts one more request, on the condition that the allowance is not used
    /// up. A refusal hands back the count.
    #[must_use]
    pub fn count(&self, table: &Table, allowance: Allowance) -> Change {
        let key = Key::pair(WHAT, format!("sender#{}", self.pseudonym), PLACE);
        let expression = "ADD #minute :one, #day :one SET expires_at = :expires_at";
        table
            .update(&key, expression)
            .condition(
                "(attribute_not_exists(#minute) OR #minute < :per_minute) \
                 AND (attribute_not_exists(#day) OR #day < :per_day)",
            )
            .name("#minute", &self.minute)
            .name("#day", DAY)
            .value(":one", 1)
            .value(":per_minute", allowance.per_minute)
            .value(":per_day", allowance.per_day)
            .value(":expires_at", self.expires_at())
            .returning_old()
    }

    /// How many seconds to wait until the allowance has room again, by the count that refused the write.
    /// `None` when it has room now.
    #[must_use]
    pub fn wait(&self, count: Option<&Item>, allowance: Allowance) -> Option<u32> {
        let old = count?;
        let until = if counted(old, DAY) >= allowance.per_day {
            self.tomorrow.as_second()
        } else if counted(old, &self.minute) >= allowance.per_minute {
            (self.now.as_second().div_euclid(MINUTE_SECONDS) + 1) * MINUTE_SECONDS
        } else {
            return None;
        };
        let seconds = until.saturating_sub(self.now.as_second()).max(1);
        Some(u32::try_from(seconds).unwrap_or(u32::MAX))
    }

    fn expires_at(&self) -> ExpiresAt {
        ExpiresAt::after(self.tomorrow, OUTLASTS_DAY)
    }
}

fn counted(item: &Item, name: &str) -> u32 {
    let number = item.get(name).and_then(|value| value.as_n().ok());
    number
        .and_then(|number| number.parse().ok())
        .unwrap_or_default()
}
