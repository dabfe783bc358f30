//! Who can be booked, and when.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Deserialize;
use toml::Spanned;

use super::{
    Clinic, Service,
    mistake::Reader,
    week::{Period, Week},
};
use crate::values::PractitionerId;

/// Somebody who can be booked.
#[derive(Clone, Debug)]
pub struct Practitioner {
    pub id: PractitionerId,
    pub name: String,
    /// The profession, as patients read it: "Chiropodist".
    pub role: String,
    /// Who they are, in a sentence or two.
    pub bio: Option<String>,
    /// When they see patients, without their breaks.
    pub hours: Week,
}

impl Clinic {
    /// The services that the practitioner offers.
    pub fn offered_by<'a>(&'a self, one: &'a Practitioner) -> impl Iterator<Item = &'a Service> {
        let services = self.services.iter();
        services.filter(|service| service.practitioners.contains(&one.id))
    }

    /// The practitioners who offer the service.
    pub fn offering<'a>(&'a self, service: &'a Service) -> impl Iterator<Item = &'a Practitioner> {
        self.practitioners
            .iter()
            .filter(|practitioner| service.practitioners.contains(&practitioner.id))
    }
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

/// What practitioners' own calendar programs are shown.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
pub struct CalendarSettings {
    /// Whether a visit has its patient's name. Calendars are kept by other companies, and shown on locked screens.
    pub patient_names: bool,
}

/// Names of days, and periods of the day.
pub(super) type Hours = BTreeMap<String, Vec<Spanned<String>>>;

#[derive(Deserialize)]
pub(super) struct PractitionerTable {
    pub(super) id: Spanned<String>,
    name: String,
    role: String,
    #[serde(default)]
    bio: Option<String>,
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
        bio: table.bio,
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
