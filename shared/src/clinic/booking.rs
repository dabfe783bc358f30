//! The rules of booking.

use jiff::SignedDuration;
use serde::Deserialize;
use toml::Spanned;

use super::{
    contact::{Consent, check_consent, unspanned},
    limits::{BookingLimits, Limits, limits},
    mistake::Reader,
    services::{CELL_MINUTES, minutes},
};

#[derive(Clone, Debug)]
pub struct BookingRules {
    /// How long before its start a slot can still be booked online.
    pub minimum_notice: SignedDuration,
    /// How many days ahead a slot can be booked, counted from today.
    pub horizon_days: u32,
    /// The time between two starts.
    pub step: SignedDuration,
    /// What a patient agrees to.
    pub consent: Consent,
    /// How much one address may book.
    pub limits: Limits,
}

#[derive(Deserialize)]
pub(super) struct BookingTable {
    minimum_notice_hours: u32,
    horizon_days: Spanned<u32>,
    step_minutes: Spanned<u32>,
    consent: Option<Spanned<Consent>>,
    #[serde(default = "unspanned")]
    limits: Spanned<BookingLimits>,
}

pub(super) fn booking_rules(
    table: BookingTable,
    of_messages: &Consent,
    reader: &mut Reader<'_>,
) -> Option<BookingRules> {
    let limits = limits(&table.limits, "booking.limits", reader);
    let consent = consent(table.consent, of_messages, reader);
    let step = minutes(
        &table.step_minutes,
        "booking.step_minutes",
        CELL_MINUTES,
        reader,
    );
    let horizon = *table.horizon_days.get_ref();
    if !(1..=366).contains(&horizon) {
        reader.wrong(
            &table.horizon_days.span(),
            "booking.horizon_days",
            "look 1 to 366 days ahead",
        );
        return None;
    }
    Some(BookingRules {
        minimum_notice: SignedDuration::from_hours(i64::from(table.minimum_notice_hours)),
        horizon_days: horizon,
        step: step?,
        consent,
        limits,
    })
}

/// What patients agree to. A publisher has to say it; what a version published that knew of no such text was agreed to
/// as with a message.
fn consent(
    table: Option<Spanned<Consent>>,
    of_messages: &Consent,
    reader: &mut Reader<'_>,
) -> Consent {
    if let Some(consent) = table {
        check_consent(&consent, "booking.consent", reader);
        return consent.into_inner();
    }
    let message =
        "say what a patient agrees to, and the version of that text, in [booking.consent]";
    reader.missing("booking", "booking.consent", message);
    of_messages.clone()
}
