//! `frontdesk timeoff`.

use anyhow::{Context as _, Result};
use booking::{InTheWay, ListedTimeOff, NewTimeOff, Office, TimeOffState, spoken_range};
use clap::{Args, Subcommand};
use shared::{
    clinic::Clinic, environment::Environment, reference::Reference, values::PractitionerId,
};

use super::{
    moment::Typed,
    output,
    place::{Opened, Place},
    table::table,
};

#[derive(Args)]
pub(crate) struct TimeOff {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Add a practitioner's time off, and list the visits that it is in the way of
    Add(Add),
    /// List the time off that is not over
    List {
        #[command(flatten)]
        place: Place,
    },
    /// Take a time off back
    Remove {
        /// The id that the list shows, like T-7K2M9-QX4TD
        id: String,
        #[command(flatten)]
        place: Place,
    },
}

#[derive(Args)]
struct Add {
    #[command(flatten)]
    who: Who,
    /// When it begins: 2026-12-07T09:00 in the clinic's time, or 2026-12-07
    #[arg(long, value_name = "TIME")]
    from: Typed,
    /// When it is over: 2026-12-11T17:00, or 2026-12-11 for the end of that day
    #[arg(long, value_name = "TIME")]
    to: Typed,
    /// Why, for the practitioner's colleagues
    #[arg(long)]
    reason: Option<String>,
    /// Ask the patients whose visits are in its way to choose another time
    #[arg(long)]
    tell_patients: bool,
    #[command(flatten)]
    place: Place,
}

#[derive(Args)]
#[group(required = true, multiple = false)]
struct Who {
    /// The practitioner's id in clinic.toml; may be given several times
    #[arg(long, value_name = "ID")]
    practitioner: Vec<String>,
    /// All practitioners: the clinic is closed then
    #[arg(long)]
    everyone: bool,
}

pub(crate) async fn run(options: TimeOff, environment: &Environment) -> Result<()> {
    match options.command {
        Command::Add(add) => {
            let opened = add.place.office(environment).await?;
            output::write(&added(add, &opened).await?)
        }
        Command::List { place } => {
            let Opened { office, now, .. } = place.office(environment).await?;
            let all = office.time_off(now).await?;
            output::write(&list(&all, office.clinic()))
        }
        Command::Remove { id, place } => {
            let Opened { office, now, .. } = place.office(environment).await?;
            let id = Reference::parse_time_off(&id).context("an id is like T-7K2M9-QX4TD")?;
            let removed = office.remove_time_off(&id, now).await?;
            let free = if removed.is_free {
                "The time can be booked again."
            } else {
                "Within a minute the time is offered to the waiting list, and what is left can be booked again."
            };
            let said = format!(
                "Removed {}\n{free} Patients who were asked to choose another time are told within a minute that theirs stands.\n",
                sentence(&removed.time_off, office.clinic())
            );
            output::write(&said)
        }
    }
}

async fn added(add: Add, opened: &Opened) -> Result<String> {
    let Opened { office, now, .. } = opened;
    let time_zone = office.clinic().time_zone();
    let practitioners = if add.who.everyone {
        let all = office.clinic().practitioners().iter();
        all.map(|one| one.id.clone()).collect()
    } else {
        let ids = add.who.practitioner.iter();
        ids.map(|id| PractitionerId::parse(id))
            .collect::<Result<Vec<_>, _>>()?
    };
    let mut said = Vec::new();
    for practitioner in practitioners {
        let new = NewTimeOff {
            practitioner,
            from: add.from.begins(time_zone)?,
            to: add.to.ends(time_zone)?,
            reason: add.reason.clone(),
            tell_patients: add.tell_patients,
        };
        let (time_off, in_the_way) = office.add_time_off(new, *now).await?;
        let sentence = sentence(&time_off, office.clinic());
        said.push(format!("Added {sentence}\n{}", visits(&in_the_way, office)));
    }
    Ok(said.join("\n"))
}

/// What it is in the way of, and what is to be done about that.
fn visits(in_the_way: &[InTheWay], office: &Office) -> String {
    if in_the_way.is_empty() {
        return "No visit is in its way.\n".to_owned();
    }
    let row = |visit: &InTheWay| {
        let status = if visit.is_confirmed {
            "confirmed"
        } else {
            "requested"
        };
        let told = match (visit.is_told, visit.has_email) {
            (true, _) => "asked by mail",
            (false, true) => "not asked",
            (false, false) => "no email address: call them",
        };
        [
            visit.reference.to_string(),
            office.clinic().spoken_time(visit.start),
            visit.service.clone(),
            status.to_owned(),
            told.to_owned(),
        ]
    };
    let rows: Vec<[String; 5]> = in_the_way.iter().map(row).collect();
    let mut said = format!(
        "\nThese visits are in its way. They keep their time until somebody moves them:\n\n{}",
        table(["REFERENCE", "WHEN", "WHAT", "STATUS", "PATIENT"], &rows)
    );
    if in_the_way.iter().any(|visit| visit.is_told) {
        said.push_str("\nThe patients get the mail within a minute.\n");
    }
    if in_the_way
        .iter()
        .any(|visit| visit.has_email && !visit.is_told)
    {
        said.push_str(
            "\nTo ask them to choose another time, run the command again with --tell-patients.\n",
        );
    }
    said
}

fn list(all: &[ListedTimeOff], clinic: &Clinic) -> String {
    if all.is_empty() {
        return "There is no time off to come.\n".to_owned();
    }
    let row = |one: &ListedTimeOff| {
        let state = match one.state {
            TimeOffState::Unfinished => "unfinished: run the command again",
            TimeOffState::Complete => "",
            TimeOffState::Removing => "being taken back",
        };
        [
            one.id.to_string(),
            name(&one.practitioner, clinic).to_owned(),
            spoken_range(one.from, one.to, clinic),
            one.reason.clone().unwrap_or_default(),
            state.to_owned(),
        ]
    };
    let rows: Vec<[String; 5]> = all.iter().map(row).collect();
    table(["ID", "WHO", "AWAY", "REASON", ""], &rows)
}

/// What it is; a spoken time at the end needs no full stop.
fn sentence(time_off: &ListedTimeOff, clinic: &Clinic) -> String {
    format!(
        "{}: {} is away {}",
        time_off.id,
        name(&time_off.practitioner, clinic),
        spoken_range(time_off.from, time_off.to, clinic)
    )
}

fn name<'a>(id: &'a PractitionerId, clinic: &'a Clinic) -> &'a str {
    let found = clinic.practitioner(id.as_str());
    found.map_or(id.as_str(), |practitioner| &practitioner.name)
}
