//! Counts of requests: an item with a number for each period, written in the same transaction as what it counts.
//!
//! No item is shared by all posts, since `DynamoDB` cancels one of two transactions that meet on an item; the overall
//! limit is the API's throttle.

use jiff::{SignedDuration, Timestamp};

use crate::store::{Change, ExpiresAt, Item, Key, Refusals, Table};

/// How long a count is kept after its last period.
const OUTLASTS: SignedDuration = SignedDuration::from_hours(1);
/// What the keys of all counts of people begin with. In the mail table, they tell counts from mails.
pub(super) const PERSON: &str = "person#";

/// Whether an item of the mail table with this id is a count and no mail.
#[must_use]
pub fn is_count(id: &str) -> bool {
    id.starts_with(PERSON)
}

/// What a count is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// The requests of an IPv4 address or an IPv6 /64.
    Address,
    /// The requests of the IPv6 /48 around it.
    Site,
    /// What was mailed to, or about, an email address.
    MailsByEmail,
    /// What was mailed about a phone number.
    MailsByPhone,
    /// The bookings under an email address.
    BookingsByEmail,
    /// The bookings under a phone number.
    BookingsByPhone,
    /// How often an email address has asked for its links.
    LinksByEmail,
}

/// One request more, on the condition that none of its periods is full.
#[derive(Clone, Debug)]
pub struct Count {
    pub of: Counted,
    pub(super) table: Table,
    pub(super) key: Key,
    pub(super) periods: Vec<Period>,
    pub(super) now: Timestamp,
}

/// A stretch of time, and how many requests may be in it.
#[derive(Clone, Debug)]
pub(super) struct Period {
    /// The attribute that counts it.
    pub(super) name: String,
    pub(super) most: u32,
    pub(super) ends: Timestamp,
}

impl Count {
    /// The part of a write that counts the request. A refusal hands back the count.
    #[must_use]
    pub fn add(&self) -> Change {
        let numbered = || (0..).zip(&self.periods);
        let one_more: Vec<String> = numbered().map(|(n, _)| format!("#p{n} :one")).collect();
        let has_room =
            |(n, _): (usize, _)| format!("(attribute_not_exists(#p{n}) OR #p{n} < :m{n})");
        let has_room: Vec<String> = numbered().map(has_room).collect();
        let expression = format!("ADD {} SET expires_at = :expires_at", one_more.join(", "));
        let last = self.periods.iter().map(|period| period.ends).max();
        let expires_at = ExpiresAt::after(last.unwrap_or(self.now), OUTLASTS);
        let mut change = self
            .table
            .update(&self.key, expression)
            .condition(has_room.join(" AND "))
            .value(":one", 1)
            .value(":expires_at", expires_at)
            .returning_old();
        for (n, period) in numbered() {
            change = change
                .name(&format!("#p{n}"), &period.name)
                .value(&format!(":m{n}"), period.most);
        }
        change
    }

    /// How many seconds to wait until there is room again, by the count that refused the write. `None` when there
    /// is room now.
    #[must_use]
    pub fn wait(&self, counted: Option<&Item>) -> Option<u32> {
        let counted = counted?;
        let full = |period: &&Period| number(counted, &period.name) >= period.most;
        let until = self
            .periods
            .iter()
            .filter(full)
            .map(|period| period.ends)
            .max()?;
        let seconds = until.duration_since(self.now).as_secs().max(1);
        Some(u32::try_from(seconds).unwrap_or(u32::MAX))
    }
}

/// How many seconds to wait until there is room again, if one of the counts has refused a write. `part` is what the write
/// calls a count.
#[must_use]
pub fn waits<P: Copy + std::fmt::Debug + PartialEq>(
    counts: &[Count],
    refused: &Refusals<P>,
    part: impl Fn(Counted) -> P,
) -> Option<u32> {
    let full = counts.iter().filter(|count| refused.by(part(count.of)));
    let waits = full.map(|count| count.wait(refused.old(part(count.of))).unwrap_or(1));
    waits.max()
}

fn number(item: &Item, name: &str) -> u32 {
    let number = item.get(name).and_then(|value| value.as_n().ok());
    number
        .and_then(|number| number.parse().ok())
        .unwrap_or_default()
}
