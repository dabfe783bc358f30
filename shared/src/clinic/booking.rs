//! What can be booked, with whom and when.

use std::collections::BTreeMap;

use jiff::{SignedDuration, civil::Date};
use serde::{Deserialize, Serialize};
use toml::Spanned;
use utoipa::ToSchema;

use super::{
    contact::{Consent, check_consent, unspanned},
    limits::{BookingLimits, Limits, limits},
    mistake::Reader,
    week::{Period, Week},
};
use crate::values::{PractitionerId, ServiceId};

/// A practitioner's day is written in cells of this many minutes.
const CELL_MINUTES: u32 = 5;
/// The longest service with its buffers: 96 cells. The condition on a day's cells has three operators and functions for
/// each cell, and `DynamoDB` takes 300 of them.
const LONGEST_MINUTES: u32 = 8 * 60;

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

#[derive(Clone, Debug)]
pub struct Service {
    pub id: ServiceId,
    pub name: String,
    /// What it is, in a sentence.
    pub summary: String,
    /// How long the patient is there, without the buffers.
    pub duration: SignedDuration,
    /// How long the practitioner is kept free before it.
    pub buffer_before: SignedDuration,
    /// How long the practitioner is kept free after it.
    pub buffer_after: SignedDuration,
    /// A decimal number in the clinic's currency.
    pub price: String,
    pub patients: Patients,
    pub confirmation: Confirmation,
    /// The practitioners who offer it.
    pub practitioners: Vec<PractitionerId>,
}

/// Whom a service is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Patients {
    Any,
    /// Patients who have never been here.
    New,
    /// Patients who have been here before.
    Returning,
}

impl Patients {
    /// Whether the service is for a patient who has been here before (`returning`) or has not.
    #[must_use]
    pub fn include(self, returning: bool) -> bool {
        match self {
            Self::Any => true,
            Self::New => !returning,
            Self::Returning => returning,
        }
    }
}

/// Whether staff have to confirm a booking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Confirmation {
    Request,
    /// It is confirmed at once.
    Instant,
}

/// Somebody who can be booked.
#[derive(Clone, Debug)]
pub struct Practitioner {
    pub id: PractitionerId,
    pub name: String,
    /// The profession, as patients read it: "Chiropodist".
    pub role: String,
    /// When they see patients, without their breaks.
    pub hours: Week,
}

/// Days on which nobody can be booked.
#[derive(Clone, Debug)]
pub struct Closure {
    pub from: Date,
    /// The last day, itself closed.
    pub to: Date,
    /// Why the clinic is closed, as the website says it.
    pub reason: String,
}

/// Names of days, and periods of the day.
pub(super) type Hours = BTreeMap<String, Vec<Spanned<String>>>;

#[derive(Deserialize)]
pub(super) struct BookingTable {
    minimum_notice_hours: u32,
    horizon_days: Spanned<u32>,
    step_minutes: Spanned<u32>,
    consent: Option<Spanned<Consent>>,
    #[serde(default = "unspanned")]
    limits: Spanned<BookingLimits>,
}

#[derive(Deserialize)]
pub(super) struct ServiceTable {
    pub(super) id: Spanned<String>,
    name: String,
    summary: String,
    minutes: Spanned<u32>,
    #[serde(default)]
    buffer_before_minutes: Option<Spanned<u32>>,
    #[serde(default)]
    buffer_after_minutes: Option<Spanned<u32>>,
    price: Spanned<String>,
    patients: Spanned<String>,
    confirmation: Spanned<String>,
    practitioners: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
pub(super) struct PractitionerTable {
    pub(super) id: Spanned<String>,
    name: String,
    role: String,
    hours: Hours,
    #[serde(default)]
    breaks: Hours,
}

#[derive(Deserialize)]
pub(super) struct ClosureTable {
    from: Spanned<String>,
    to: Option<Spanned<String>>,
    reason: String,
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

/// A duration of whole cells, from `least` minutes up.
fn minutes(
    value: &Spanned<u32>,
    field: &str,
    least: u32,
    reader: &mut Reader<'_>,
) -> Option<SignedDuration> {
    let minutes = *value.get_ref();
    if !minutes.is_multiple_of(CELL_MINUTES) || minutes < least || minutes > LONGEST_MINUTES {
        let message = format!("use a multiple of {CELL_MINUTES} from {least} to {LONGEST_MINUTES}");
        reader.wrong(&value.span(), field, message);
        return None;
    }
    Some(SignedDuration::from_mins(i64::from(minutes)))
}

pub(super) fn service(
    table: ServiceTable,
    at: &str,
    people: &[String],
    reader: &mut Reader<'_>,
) -> Option<Service> {
    let lengths = Lengths::of(&table, at, reader);
    if !is_amount(table.price.get_ref()) {
        let message = "write it with two decimals, like \"95.00\"";
        reader.wrong(&table.price.span(), format!("{at}.price"), message);
    }
    let patients = reader.choice(&table.patients, &format!("{at}.patients"), Patients::Any);
    // What staff confirm can be put right.
    let confirmation = format!("{at}.confirmation");
    let confirmation = reader.choice(&table.confirmation, &confirmation, Confirmation::Request);
    let practitioners = offering(&table, at, people, reader);
    let lengths = lengths?;
    Some(Service {
        id: ServiceId::parse(table.id.get_ref()).ok()?,
        name: table.name,
        summary: table.summary,
        duration: lengths.duration,
        buffer_before: lengths.before,
        buffer_after: lengths.after,
        price: table.price.into_inner(),
        patients: patients?,
        confirmation: confirmation?,
        practitioners,
    })
}

/// How long a service takes, and its buffers.
struct Lengths {
    duration: SignedDuration,
    before: SignedDuration,
    after: SignedDuration,
}

impl Lengths {
    fn of(table: &ServiceTable, at: &str, reader: &mut Reader<'_>) -> Option<Self> {
        let field = format!("{at}.minutes");
        let duration = minutes(&table.minutes, &field, CELL_MINUTES, reader);
        let mut buffer = |value: &Option<Spanned<u32>>, name: &str| match value {
            Some(value) => minutes(value, &format!("{at}.{name}"), 0, reader),
            None => Some(SignedDuration::ZERO),
        };
        let before = buffer(&table.buffer_before_minutes, "buffer_before_minutes");
        let after = buffer(&table.buffer_after_minutes, "buffer_after_minutes");
        let parts = [duration, before, after].into_iter().flatten();
        let total = parts.fold(SignedDuration::ZERO, |total, part| total + part);
        if total > SignedDuration::from_mins(i64::from(LONGEST_MINUTES)) {
            let message = format!(
                "with its buffers a service may take {LONGEST_MINUTES} minutes (eight hours) at most"
            );
            reader.wrong(&table.minutes.span(), field, message);
        }
        Some(Self {
            duration: duration?,
            before: before?,
            after: after?,
        })
    }
}

/// The practitioners who offer a service. Every mistake is noted.
fn offering(
    table: &ServiceTable,
    at: &str,
    people: &[String],
    reader: &mut Reader<'_>,
) -> Vec<PractitionerId> {
    if table.practitioners.is_empty() {
        let field = format!("{at}.practitioners");
        reader.wrong(&table.id.span(), field, "name who offers it");
    }
    for (index, id) in table.practitioners.iter().enumerate() {
        if !people.contains(id.get_ref()) {
            let field = format!("{at}.practitioners[{}]", index + 1);
            let message = format!("there is no practitioner \"{}\"", id.get_ref());
            reader.wrong(&id.span(), field, message);
        }
    }
    let ids = table.practitioners.iter();
    ids.filter_map(|id| PractitionerId::parse(id.get_ref()).ok())
        .collect()
}

fn is_amount(price: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    price
        .split_once('.')
        .is_some_and(|(whole, cents)| digits(whole) && digits(cents) && cents.len() == 2)
}

pub(super) fn practitioner(
    table: PractitionerTable,
    at: &str,
    reader: &mut Reader<'_>,
) -> Option<Practitioner> {
    let hours = week(&format!("{at}.hours"), &table.hours, &table.breaks, reader);
    Some(Practitioner {
        id: PractitionerId::parse(table.id.get_ref()).ok()?,
        name: table.name,
        role: table.role,
        hours,
    })
}

pub(super) fn week(at: &str, hours: &Hours, breaks: &Hours, reader: &mut Reader<'_>) -> Week {
    let mut week = Week::default();
    let pauses = at.replace(".hours", ".breaks");
    each_period(at, hours, reader, |day, period| week.add(day, period));
    each_period(&pauses, breaks, reader, |day, period| {
        week.take_out(day, period)
    });
    week
}

fn each_period(
    at: &str,
    hours: &Hours,
    reader: &mut Reader<'_>,
    mut note: impl FnMut(jiff::civil::Weekday, Period) -> Result<(), String>,
) {
    for (name, periods) in hours {
        let field = format!("{at}.{name}");
        let Some((day, _)) = Week::DAYS.iter().find(|(_, day)| day == name) else {
            if reader.is_strict() {
                let first = periods.first().map(Spanned::span);
                let place = first.unwrap_or_else(|| reader.place_of(&format!("{name} =")));
                reader.wrong(&place, field, "use monday, tuesday … sunday");
            }
            continue;
        };
        for text in periods {
            let noted = Period::parse(text.get_ref()).and_then(|period| note(*day, period));
            if let Err(message) = noted {
                reader.wrong(&text.span(), &field, message);
            }
        }
    }
}

pub(super) fn closure(table: ClosureTable, at: &str, reader: &mut Reader<'_>) -> Option<Closure> {
    let mut date = |text: &Spanned<String>, name: &str| {
        let date: Option<Date> = text.get_ref().parse().ok();
        if date.is_none() {
            reader.wrong(
                &text.span(),
                format!("{at}.{name}"),
                "write a date as \"2026-12-25\"",
            );
        }
        date
    };
    let from = date(&table.from, "from")?;
    let to = match &table.to {
        Some(to) => date(to, "to")?,
        None => from,
    };
    if to < from {
        reader.wrong(
            &table.from.span(),
            format!("{at}.to"),
            "a closure has to end on or after its first day",
        );
    }
    Some(Closure {
        from,
        to,
        reason: table.reason,
    })
}
