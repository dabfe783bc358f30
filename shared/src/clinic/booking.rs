//! The rules of booking.

use jiff::SignedDuration;
use serde::Deserialize;
use toml::Spanned;

use super::{
    contact::{Consent, check_consent, unspanned},
    hours::{a_working_day, hours},
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
    /// How much of its opening hours the clinic has to answer a request.
    pub answer_within: SignedDuration,
    /// For how much of its opening hours a time is held that is offered to somebody on the waiting list.
    pub offer_for: SignedDuration,
    /// How long before its start a confirmed appointment can still be moved or cancelled online.
    pub cancel_until: SignedDuration,
    /// How long before its start a patient is reminded of a confirmed appointment, each time.
    pub reminders: Vec<SignedDuration>,
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
    #[serde(default = "a_working_day")]
    answer_within_hours: Spanned<u32>,
    #[serde(default = "half_a_day")]
    offer_hours: Spanned<u32>,
    #[serde(default = "a_day")]
    cancel_until_hours: Spanned<u32>,
    #[serde(default)]
    reminder_hours: Vec<Spanned<u32>>,
    consent: Option<Spanned<Consent>>,
    #[serde(default = "unspanned")]
    limits: Spanned<BookingLimits>,
}

fn half_a_day() -> Spanned<u32> {
    Spanned::new(0..0, 4)
}

fn a_day() -> Spanned<u32> {
    Spanned::new(0..0, 24)
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
    let field = "booking.answer_within_hours";
    let answer_within = hours(&table.answer_within_hours, field, 1, reader);
    let offer_for = hours(&table.offer_hours, "booking.offer_hours", 1, reader);
    let field = "booking.cancel_until_hours";
    let cancel_until = hours(&table.cancel_until_hours, field, 0, reader);
    let reminders = reminders(&table.reminder_hours, reader);
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
        answer_within: answer_within?,
        offer_for: offer_for?,
        cancel_until: cancel_until?,
        reminders,
        consent,
        limits,
    })
}

/// Nobody wants to hear of one appointment more often.
const MOST_REMINDERS: usize = 3;

fn reminders(list: &[Spanned<u32>], reader: &mut Reader<'_>) -> Vec<SignedDuration> {
    if let Some(one_too_many) = list.get(MOST_REMINDERS) {
        let message = format!("remind patients {MOST_REMINDERS} times at most");
        reader.wrong(&one_too_many.span(), "booking.reminder_hours", message);
    }
    let mut reminders = Vec::new();
    for value in list {
        let before = hours(value, "booking.reminder_hours", 1, reader);
        if before.is_some_and(|before| reminders.contains(&before)) {
            let message = "it is there twice";
            reader.wrong(&value.span(), "booking.reminder_hours", message);
        }
        reminders.extend(before);
    }
    reminders
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
