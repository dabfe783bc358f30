//! The person that a request names, by email address and phone number. Anybody can name anybody, so the mails and
//! bookings in one person's name are limited, from however many senders they come.

use jiff::{Timestamp, ToSpan, Zoned, civil::Weekday};

use super::count::{Count, Counted, PERSON, Period};
use crate::{
    clinic::Clinic,
    link::LinkKeys,
    store::{Key, Table},
    values::{EmailAddress, PhoneNumber},
};

const WHAT: &str = "count of a person";
const PLACE: &str = "count";
const COUNT: &str = "n";

/// A person. Only keyed hashes of address and number are kept, and they change with the period.
#[derive(Clone, Debug)]
pub struct Person {
    mailbox: Option<String>,
    number: Option<String>,
    keys: LinkKeys,
    local: Zoned,
}

/// A day or a week.
struct Span {
    /// The name of the count, so that a day and a week that begin together differ.
    label: &'static str,
    begins: String,
    ends: Timestamp,
}

impl Person {
    /// The person with this address and number, either of which may be missing. The clinic's own address and number
    /// are left out: staff are never counted.
    #[must_use]
    pub fn of(
        email: Option<&EmailAddress>,
        phone: Option<&PhoneNumber>,
        keys: &LinkKeys,
        clinic: &Clinic,
        now: Timestamp,
    ) -> Self {
        let staff = (clinic.mail().staff.mailbox(), clinic.phone().subscriber());
        let mailbox = email.map(EmailAddress::mailbox);
        let number = phone.map(PhoneNumber::subscriber);
        Self {
            mailbox: mailbox.filter(|mailbox| *mailbox != staff.0),
            number: number.filter(|number| *number != staff.1),
            keys: keys.clone(),
            local: now.to_zoned(clinic.time_zone().clone()),
        }
    }

    /// The counts, in the mail table, of what is mailed to or about the person on this day.
    #[must_use]
    pub fn mails(&self, table: &Table, per_day: u32) -> Vec<Count> {
        let key = |pseudonym| Key::single(WHAT, "id", format!("{PERSON}{pseudonym}"));
        let of = [Counted::MailsByEmail, Counted::MailsByPhone];
        self.counts(of, table, per_day, &self.day(), key)
    }

    /// The counts, in `table`, of the person's bookings in this week, which begins on Monday.
    #[must_use]
    pub fn bookings(&self, table: &Table, per_week: u32) -> Vec<Count> {
        let key = |pseudonym| Key::pair(WHAT, format!("{PERSON}{pseudonym}"), PLACE);
        let of = [Counted::BookingsByEmail, Counted::BookingsByPhone];
        self.counts(of, table, per_week, &self.week(), key)
    }

    /// The count, in `table`, of how often the links of this address were asked for on this day. It is apart from that of
    /// its mails: else a full count would tell a stranger whether there was anything to mail.
    #[must_use]
    pub fn links(&self, table: &Table, per_day: u32) -> Vec<Count> {
        let key = |pseudonym| Key::pair(WHAT, format!("{PERSON}{pseudonym}"), PLACE);
        let span = Span {
            label: "links-of-day",
            ..self.day()
        };
        let counts = self.counts(
            [Counted::LinksByEmail, Counted::LinksByEmail],
            table,
            per_day,
            &span,
            key,
        );
        counts.into_iter().take(1).collect()
    }

    fn counts(
        &self,
        of: [Counted; 2],
        table: &Table,
        most: u32,
        span: &Span,
        key: impl Fn(String) -> Key,
    ) -> Vec<Count> {
        let known = of.into_iter().zip([&self.mailbox, &self.number]);
        let known = known.filter_map(|(of, text)| Some((of, text.as_ref()?)));
        let count = |(of, text): (Counted, &String)| Count {
            of,
            table: table.clone(),
            key: key(self.keys.pseudonym(span.label, &span.begins, text)),
            periods: vec![Period {
                name: COUNT.to_owned(),
                most,
                ends: span.ends,
            }],
            now: self.local.timestamp(),
        };
        known.map(count).collect()
    }

    fn day(&self) -> Span {
        let today = self.local.start_of_day();
        let tomorrow = today.and_then(|today| today.checked_add(1.day()));
        Span {
            label: "person-of-day",
            begins: self.local.date().to_string(),
            ends: tomorrow.map_or(self.local.timestamp(), |day| day.timestamp()),
        }
    }

    fn week(&self) -> Span {
        let since_monday = self.local.date().weekday().since(Weekday::Monday);
        let monday = self
            .local
            .date()
            .saturating_sub(i64::from(since_monday).days());
        let next = monday.saturating_add(7.days());
        let next = next.to_zoned(self.local.time_zone().clone());
        Span {
            label: "person-of-week",
            begins: monday.to_string(),
            ends: next.map_or(self.local.timestamp(), |day| day.timestamp()),
        }
    }
}
