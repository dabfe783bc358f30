//! How long the clinic keeps what is stored about people: `[retention]`.

use serde::Deserialize;
use toml::Spanned;

use super::mistake::Reader;

/// How many days things are kept.
#[derive(Clone, Copy, Debug)]
pub struct Retention {
    pub messages_days: u32,
    /// Counted from the appointment on.
    pub bookings_days: u32,
    /// Counted from when the mail was queued.
    pub mails_days: u32,
    pub audit_days: u32,
}

#[derive(Deserialize)]
#[expect(
    clippy::struct_field_names,
    reason = "the unit belongs to the name of a setting"
)]
pub(super) struct RetentionTable {
    messages_days: Spanned<u32>,
    bookings_days: Spanned<u32>,
    mails_days: Spanned<u32>,
    #[serde(default = "ten_years")]
    audit_days: Spanned<u32>,
}

fn ten_years() -> Spanned<u32> {
    Spanned::new(0..0, 3_650)
}

pub(super) fn retention(table: &RetentionTable, reader: &mut Reader<'_>) -> Option<Retention> {
    let mut days = |days: &Spanned<u32>, field: &str| {
        let valid = (1..=36_500).contains(days.get_ref());
        if !valid {
            reader.wrong(&days.span(), field, "keep things for 1 to 36500 days");
        }
        valid.then_some(*days.get_ref())
    };
    let messages = days(&table.messages_days, "retention.messages_days");
    let bookings = days(&table.bookings_days, "retention.bookings_days");
    let mails = days(&table.mails_days, "retention.mails_days");
    let audit = days(&table.audit_days, "retention.audit_days");
    Some(Retention {
        messages_days: messages?,
        bookings_days: bookings?,
        mails_days: mails?,
        audit_days: audit?,
    })
}
