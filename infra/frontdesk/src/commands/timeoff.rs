//! `frontdesk timeoff`.

use anyhow::{Context as _, Result};
use booking::{
    AddedTimeOff, Asked, InTheWay, ListedTimeOff, NewTimeOff, Office, RemovedTimeOff, TimeOffState,
    spoken_range,
};
use clap::{Args, Subcommand};
use shared::{
    clinic::Clinic, environment::Environment, reference::Reference, values::PractitionerId,
};

use super::{
    moment::Typed,
    output,
    place::{Opened, Place},
    table::table,
    words::words,
};

#[derive(Args)]
pub(crate) struct TimeOff {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Add time off for a practitioner and list the visits that it affects
    Add(Add),
    /// List current and upcoming time off
    List {
        #[command(flatten)]
        place: Place,
    },
    /// Remove time off, so that its time can be booked again
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
    #[arg(long, value_parser = words)]
    reason: Option<String>,
    /// Ask the patients whose visits it affects to choose another time
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
            added(add, &opened).await
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
            output::write(&what_was_removed(&removed, office.clinic()))
        }
    }
}

/// Adds it for one person after the other, and says of each what was added before the next one's is.
fn what_was_removed(removed: &RemovedTimeOff, clinic: &Clinic) -> String {
    let time_off = &removed.time_off;
    let mut said = format!(
        "Removed {}: {} was to be away {}\n",
        time_off.id,
        name(&time_off.practitioner, clinic),
        spoken_range(time_off.from, time_off.to, clinic)
    );
    if removed.is_past {
        return said;
    }
    said.push_str(if removed.is_free {
        "What no other time off covers can be booked again.\n"
    } else {
        "Within a minute, what no other time off covers is offered to the waiting list, and can be booked again.\n"
    });
    let (by_mail, by_phone): (Vec<&InTheWay>, Vec<&InTheWay>) =
        removed.asked.iter().partition(|visit| visit.has_email);
    if !by_mail.is_empty() {
        said.push_str("Unless other time off covers their visits, these patients are told by email that they stand:\n");
        said.extend(by_mail.iter().map(|visit| line(visit, clinic)));
    }
    if !by_phone.is_empty() {
        said.push_str(
            "These left no email address. Call them, and tell them that their visits stand:\n",
        );
        said.extend(by_phone.iter().map(|visit| line(visit, clinic)));
    }
    said
}

fn line(visit: &InTheWay, clinic: &Clinic) -> String {
    format!(
        "  {}: {}\n",
        visit.reference,
        clinic.spoken_time(visit.start)
    )
}

async fn added(add: Add, opened: &Opened) -> Result<()> {
    let Opened { office, now, .. } = opened;
    let time_zone = office.clinic().time_zone();
    let practitioners = if add.who.everyone {
        let all = office.clinic().practitioners().iter();
        all.map(|one| one.id.clone()).collect()
    } else {
        // All of them are known before anything is added for one.
        let known = |id: &String| {
            let found = office.clinic().practitioner(id);
            found
                .map(|one| one.id.clone())
                .with_context(|| format!("the clinic has no practitioner \"{id}\""))
        };
        let ids = add.who.practitioner.iter().map(known);
        ids.collect::<Result<Vec<_>>>()?
    };
    for practitioner in practitioners {
        let new = NewTimeOff {
            practitioner,
            from: add.from.begins(time_zone)?,
            to: add.to.ends(time_zone)?,
            reason: add.reason.clone(),
            tell_patients: add.tell_patients,
        };
        let added = office.add_time_off(new, *now).await?;
        let sentence = sentence(&added.time_off, office.clinic());
        output::write(&format!("Added {sentence}\n{}\n", visits(&added, office)))?;
    }
    Ok(())
}

/// Which visits it affects, and what is to be done about that.
fn visits(added: &AddedTimeOff, office: &Office) -> String {
    let unexplained = if added.are_all {
        ""
    } else {
        "Some booked time could not be matched to a visit yet. Check the agenda in a minute.\n"
    };
    if added.visits.is_empty() {
        return format!("No visits are affected.\n{unexplained}");
    }
    let row = |visit: &InTheWay| {
        let status = if visit.is_confirmed {
            "confirmed"
        } else {
            "requested"
        };
        let asked = match visit.asked {
            _ if !visit.has_email => "no email address: call them",
            Asked::Before => "yes",
            Asked::Now => "by email, within a minute",
            Asked::No => "no",
        };
        [
            visit.reference.to_string(),
            office.clinic().spoken_time(visit.start),
            visit.service.clone(),
            status.to_owned(),
            asked.to_owned(),
        ]
    };
    let rows: Vec<[String; 5]> = added.visits.iter().map(row).collect();
    let mut said = format!(
        "\nThese visits fall within the time off. They stay booked until somebody moves them:\n\n{}{unexplained}",
        table(
            ["REFERENCE", "WHEN", "WHAT", "STATUS", "ASKED TO MOVE"],
            &rows
        )
    );
    let mut visits = added.visits.iter();
    if visits.any(|visit| visit.has_email && visit.asked == Asked::No) {
        said.push_str(
            "\nTo ask them to choose another time, run the command again with --tell-patients.\n",
        );
    }
    said
}

fn list(all: &[ListedTimeOff], clinic: &Clinic) -> String {
    if all.is_empty() {
        return "There is no upcoming time off.\n".to_owned();
    }
    let row = |one: &ListedTimeOff| {
        let state = match one.state {
            TimeOffState::Unfinished => "unfinished: run the command again",
            TimeOffState::Complete => "",
            TimeOffState::Removing => "being removed",
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
