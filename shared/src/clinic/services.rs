//! What can be booked, for whom, and for how long.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use toml::Spanned;
use utoipa::ToSchema;

use super::mistake::Reader;
use crate::values::{PractitionerId, RoomId, ServiceId};

/// A practitioner's day is written in cells of this many minutes.
pub(super) const CELL_MINUTES: u32 = 5;
/// The longest service with its buffers: 96 cells. The condition on a day's cells has three operators and functions for
/// each cell, and `DynamoDB` takes 300 of them.
const LONGEST_MINUTES: u32 = 8 * 60;

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
    pub place: Place,
    /// What the patient brings along, as a phrase that completes "Please bring …".
    pub bring: Option<String>,
    /// How long before the start the patient should be there.
    pub arrive: SignedDuration,
    /// A decimal number in the clinic's currency.
    pub price: String,
    pub patients: Patients,
    pub confirmation: Confirmation,
    /// The practitioners who offer it.
    pub practitioners: Vec<PractitionerId>,
    /// The rooms of which it needs one, the first choice first. Without any, it needs none.
    pub rooms: Vec<RoomId>,
}

impl Service {
    /// How long it takes: `45 minutes`, `10 minutes on the phone`.
    #[must_use]
    pub fn spoken_length(&self) -> String {
        let minutes = self.duration.as_mins();
        match self.place {
            Place::Phone => format!("{minutes} minutes on the phone"),
            Place::Clinic => format!("{minutes} minutes"),
        }
    }
}

/// Where a visit takes place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    #[default]
    Clinic,
    /// The practitioner calls the patient.
    Phone,
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
    #[serde(default)]
    place: Option<Spanned<String>>,
    #[serde(default)]
    bring: Option<String>,
    #[serde(default)]
    arrive_minutes: Option<Spanned<u32>>,
    price: Spanned<String>,
    patients: Spanned<String>,
    confirmation: Spanned<String>,
    practitioners: Vec<Spanned<String>>,
    #[serde(default)]
    rooms: Vec<Spanned<String>>,
}

/// The ids that a service may refer to.
pub(super) struct Known {
    pub(super) practitioners: Vec<String>,
    pub(super) rooms: Vec<String>,
}

pub(super) fn service(
    table: ServiceTable,
    at: &str,
    known: &Known,
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
    let practitioners = offering(&table, at, &known.practitioners, reader);
    let place = match &table.place {
        Some(place) => reader.choice(place, &format!("{at}.place"), Place::Clinic),
        None => Some(Place::Clinic),
    };
    let rooms = rooms(&table, at, &known.rooms, place, reader);
    let arrive = table
        .arrive_minutes
        .as_ref()
        .map_or(0, |value| *value.get_ref());
    if let Some(value) = table.arrive_minutes.as_ref().filter(|_| arrive > 120) {
        let message = "ask patients to come at most 120 minutes early";
        reader.wrong(&value.span(), format!("{at}.arrive_minutes"), message);
    }
    if let Some(value) = &table.arrive_minutes
        && arrive > 0
        && place == Some(Place::Phone)
    {
        let message = "leave it out: nobody arrives for a call";
        reader.wrong(&value.span(), format!("{at}.arrive_minutes"), message);
    }
    let lengths = lengths?;
    Some(Service {
        id: ServiceId::parse(table.id.get_ref()).ok()?,
        name: table.name,
        summary: table.summary,
        duration: lengths.duration,
        buffer_before: lengths.before,
        buffer_after: lengths.after,
        place: place?,
        bring: table.bring,
        arrive: SignedDuration::from_mins(i64::from(arrive)),
        price: table.price.into_inner(),
        patients: patients?,
        confirmation: confirmation?,
        practitioners,
        rooms,
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
    let field = format!("{at}.practitioners");
    check_known(&table.practitioners, &field, "practitioner", people, reader);
    let ids = table.practitioners.iter();
    ids.filter_map(|id| PractitionerId::parse(id.get_ref()).ok())
        .collect()
}

/// The rooms of which a service needs one. Every mistake is noted.
fn rooms(
    table: &ServiceTable,
    at: &str,
    known: &[String],
    place: Option<Place>,
    reader: &mut Reader<'_>,
) -> Vec<RoomId> {
    let field = format!("{at}.rooms");
    if let Some(first) = table.rooms.first().filter(|_| place == Some(Place::Phone)) {
        reader.wrong(&first.span(), &field, "leave it out: a call needs no room");
    }
    check_known(&table.rooms, &field, "room", known, reader);
    let ids = table.rooms.iter();
    ids.filter_map(|id| RoomId::parse(id.get_ref()).ok())
        .collect()
}

/// Notes every id of a list that nothing has.
fn check_known(
    ids: &[Spanned<String>],
    field: &str,
    what: &str,
    known: &[String],
    reader: &mut Reader<'_>,
) {
    for (index, id) in ids.iter().enumerate() {
        if !known.contains(id.get_ref()) {
            let message = format!("there is no {what} \"{}\"", id.get_ref());
            reader.wrong(&id.span(), format!("{field}[{}]", index + 1), message);
        }
    }
}

fn is_amount(price: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    price
        .split_once('.')
        .is_some_and(|(whole, cents)| digits(whole) && digits(cents) && cents.len() == 2)
}

/// A duration of whole cells, from `least` minutes up.
pub(super) fn minutes(
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
