//! `frontdesk calendar`.

use anyhow::Result;
use booking::CalendarLink;
use clap::{Args, Subcommand};
use shared::{clinic::Clinic, environment::Environment, values::PractitionerId};

use super::{
    output,
    place::{Opened, Place},
    table::table,
    words::words,
};

#[derive(Args)]
pub(crate) struct Calendar {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make a link for a practitioner's own calendar program, and show it once
    Add {
        /// The practitioner's id in clinic.toml
        #[arg(long, value_name = "ID")]
        practitioner: String,
        /// What it is for, like "phone"
        #[arg(long, value_parser = words)]
        label: Option<String>,
        #[command(flatten)]
        place: Place,
    },
    /// List the links that were made and not revoked
    List {
        /// Only those to this practitioner's calendar
        #[arg(long, value_name = "ID")]
        practitioner: Option<String>,
        #[command(flatten)]
        place: Place,
    },
    /// Revoke a link: from then on it opens nothing
    Revoke {
        /// Its id in the list
        id: String,
        #[command(flatten)]
        place: Place,
    },
}

pub(crate) async fn run(options: Calendar, environment: &Environment) -> Result<()> {
    match options.command {
        Command::Add {
            practitioner,
            label,
            place,
        } => {
            let opened = place.office(environment).await?;
            let practitioner = PractitionerId::parse(&practitioner)?;
            let made = opened
                .office
                .make_calendar_link(&practitioner, label, opened.now);
            let made = made.await?;
            let api_url = opened.api_url.as_deref();
            let unknown = "<the address of your API, as `infra/deploy` prints it>";
            output::write(&format!(
                "{}{}\nAdd this address to the calendar program as a subscription. It is shown only now, and whoever has it can \
                 read the calendar. To revoke it: frontdesk calendar revoke {}\n",
                api_url.unwrap_or(unknown),
                made.path,
                made.link.id
            ))
        }
        Command::List {
            practitioner,
            place,
        } => {
            let Opened { office, .. } = place.office(environment).await?;
            let only = practitioner.as_deref().map(PractitionerId::parse);
            let only = only.transpose()?;
            let links = office.calendar_links(only.as_ref()).await?;
            output::write(&list(&links, office.clinic()))
        }
        Command::Revoke { id, place } => {
            let Opened { office, now, .. } = place.office(environment).await?;
            let revoked = office.revoke_calendar_link(&id, now).await?;
            let whose = revoked.practitioner;
            output::write(&format!(
                "Revoked {id}, a link to the calendar of {whose}.\n"
            ))
        }
    }
}

fn list(links: &[CalendarLink], clinic: &Clinic) -> String {
    if links.is_empty() {
        return "There are no links to calendars.\n".to_owned();
    }
    let row = |link: &CalendarLink| {
        [
            link.id.clone(),
            link.practitioner.to_string(),
            link.label.clone().unwrap_or_default(),
            clinic.spoken_time(link.made_at),
        ]
    };
    let rows: Vec<[String; 4]> = links.iter().map(row).collect();
    table(["ID", "PRACTITIONER", "FOR", "MADE"], &rows)
}
