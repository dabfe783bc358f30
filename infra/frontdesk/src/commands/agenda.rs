//! `frontdesk agenda`.

use anyhow::{Context as _, Result, bail};
use booking::AgendaLine;
use clap::Args;
use jiff::{Timestamp, civil::Date};
use shared::{clinic::Clinic, environment::Environment, values::PractitionerId};

use super::{
    output,
    place::{Opened, Place},
    table::table,
};

#[derive(Args)]
pub(crate) struct Agenda {
    /// Only this practitioner's day, by the id in clinic.toml
    #[arg(long, value_name = "ID")]
    practitioner: Option<String>,
    /// The day, like 2026-12-07 [default: today]
    #[arg(long, value_name = "DAY", value_parser = day)]
    day: Option<Date>,
    #[command(flatten)]
    place: Place,
}

pub(crate) async fn run(options: Agenda, environment: &Environment) -> Result<()> {
    let Opened { office, now, .. } = options.place.office(environment).await?;
    let only = options.practitioner.as_deref();
    let only = only.map(PractitionerId::parse).transpose()?;
    let day = options.day.unwrap_or_else(|| office.today(now));
    day.tomorrow().context("there is no day after this one")?;
    let lines = office.agenda(only.as_ref(), day, now).await?;
    if let Some(only) = only.filter(|one| office.clinic().practitioner(one.as_str()).is_none())
        && lines.is_empty()
    {
        bail!(
            "the clinic has no practitioner \"{only}\", and nobody of that id has visits on that day"
        );
    }
    output::write(&said(&lines, day, office.clinic()))
}

fn day(text: &str) -> Result<Date, &'static str> {
    let day = text.parse().ok().filter(|_| text.len() == 10);
    day.ok_or("write a day like 2026-12-07")
}

fn said(lines: &[AgendaLine], day: Date, clinic: &Clinic) -> String {
    let heading = day.strftime("%A, %B %-d, %Y");
    if lines.is_empty() {
        return format!("{heading}: no visits.\n");
    }
    let row = |line: &AgendaLine| {
        let optional = |text: &Option<String>| text.clone().unwrap_or_default();
        [
            period(line.start, line.end, day, clinic),
            line.practitioner.clone(),
            line.what.clone(),
            optional(&line.room),
            line.status.clone(),
            optional(&line.patient),
            optional(&line.contact),
            line.reference.to_string(),
        ]
    };
    let rows: Vec<[String; 8]> = lines.iter().map(row).collect();
    let headings = [
        "TIME",
        "WITH",
        "WHAT",
        "ROOM",
        "STATUS",
        "PATIENT",
        "CONTACT",
        "REFERENCE",
    ];
    format!("{heading}\n\n{}", table(headings, &rows))
}

/// `09:00-09:45`; with dates where it begins or ends on another day.
fn period(start: Timestamp, end: Timestamp, day: Date, clinic: &Clinic) -> String {
    let face = |moment: Timestamp| {
        let local = moment.to_zoned(clinic.time_zone().clone());
        let format = if local.date() == day {
            "%H:%M"
        } else {
            "%b %-d %H:%M"
        };
        local.strftime(format).to_string()
    };
    format!("{}-{}", face(start), face(end))
}
