//! How much one sender may send, and how many mails and bookings strangers can cause in one person's name.

use serde::Deserialize;
use toml::Spanned;

use super::mistake::Reader;

/// How many requests one sender may make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// In each minute of the clock.
    pub per_minute: u32,
    /// In each day, by the clinic's time zone.
    pub per_day: u32,
}

/// How many requests one address (one IPv6 /64) may make, and its /48 a few times as many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Above it a request is suspicious, because a whole school or office may share an address.
    pub soft: Allowance,
    /// Above it a request is refused.
    pub hard: Allowance,
}

/// How many mails and bookings strangers can cause in one person's name (an email address or a phone number), from
/// however many senders.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct PersonLimits {
    /// How many messages and bookings are mailed to or about a person in a day.
    pub mails_per_day: u32,
    /// How many bookings a person can request in a week, which begins on Monday.
    pub bookings_per_week: u32,
}

impl Default for PersonLimits {
    fn default() -> Self {
        Self {
            mails_per_day: 12,
            bookings_per_week: 6,
        }
    }
}

/// `[contact.limits]` as the file has it.
#[derive(Clone, Copy, Deserialize)]
#[serde(default)]
pub(super) struct ContactLimits {
    quarantine_per_minute: u32,
    quarantine_per_day: u32,
    refuse_per_minute: u32,
    refuse_per_day: u32,
}

impl Default for ContactLimits {
    fn default() -> Self {
        Self {
            quarantine_per_minute: 10,
            quarantine_per_day: 50,
            refuse_per_minute: 60,
            refuse_per_day: 500,
        }
    }
}

impl From<ContactLimits> for Limits {
    fn from(table: ContactLimits) -> Self {
        Self {
            soft: Allowance {
                per_minute: table.quarantine_per_minute,
                per_day: table.quarantine_per_day,
            },
            hard: Allowance {
                per_minute: table.refuse_per_minute,
                per_day: table.refuse_per_day,
            },
        }
    }
}

/// `[booking.limits]` as the file has it.
#[derive(Clone, Copy, Deserialize)]
#[serde(default)]
pub(super) struct BookingLimits {
    request_per_minute: u32,
    request_per_day: u32,
    refuse_per_minute: u32,
    refuse_per_day: u32,
}

impl Default for BookingLimits {
    fn default() -> Self {
        Self {
            request_per_minute: 3,
            request_per_day: 6,
            refuse_per_minute: 6,
            refuse_per_day: 20,
        }
    }
}

impl From<BookingLimits> for Limits {
    fn from(table: BookingLimits) -> Self {
        Self {
            soft: Allowance {
                per_minute: table.request_per_minute,
                per_day: table.request_per_day,
            },
            hard: Allowance {
                per_minute: table.refuse_per_minute,
                per_day: table.refuse_per_day,
            },
        }
    }
}

/// The limits of a table; a mistake in them is noted.
pub(super) fn limits<T: Copy + Into<Limits>>(
    table: &Spanned<T>,
    field: &str,
    reader: &mut Reader<'_>,
) -> Limits {
    let limits: Limits = (*table.get_ref()).into();
    if !limits.are_in_order() {
        let message = "use numbers from 1 on; refuse_… must not be below the other limit, and a day's not below a minute's";
        reader.wrong(&table.span(), field, message);
    }
    limits
}

/// The limits of a person; a mistake in them is noted.
pub(super) fn person_limits(
    table: &Spanned<PersonLimits>,
    reader: &mut Reader<'_>,
) -> PersonLimits {
    let limits = *table.get_ref();
    if limits.mails_per_day == 0 || limits.bookings_per_week == 0 {
        reader.wrong(&table.span(), "persons", "use numbers from 1 on");
    }
    limits
}

impl Limits {
    fn are_in_order(self) -> bool {
        let Self { soft, hard } = self;
        let in_order = |soft: u32, hard: u32| soft >= 1 && hard >= soft;
        in_order(soft.per_minute, hard.per_minute)
            && in_order(soft.per_day, hard.per_day)
            && hard.per_day >= hard.per_minute
    }
}
