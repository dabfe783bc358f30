//! `frontdesk why`.

use anyhow::{Result, bail};
use booking::Question;
use clap::{Args, ValueEnum};
use shared::{
    environment::Environment,
    values::{PractitionerId, ServiceId},
};

use super::{
    moment::Typed,
    output,
    place::{Opened, Place},
};

#[derive(Args)]
pub(crate) struct Why {
    /// The service's id in clinic.toml
    #[arg(long, value_name = "ID")]
    service: String,
    /// The start: 2026-12-07T09:00 in the clinic's time
    #[arg(long, value_name = "TIME")]
    at: Typed,
    /// Only with this practitioner, by the id in clinic.toml
    #[arg(long, value_name = "ID")]
    practitioner: Option<String>,
    /// For a patient who was here before, or was not; without it, the service's rule about that is left out
    #[arg(long, value_name = "WHO")]
    patient: Option<Who>,
    #[command(flatten)]
    place: Place,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Who {
    New,
    Returning,
}

pub(crate) async fn run(options: Why, environment: &Environment) -> Result<()> {
    let Opened { office, now, .. } = options.place.office(environment).await?;
    let practitioner = options.practitioner.as_deref();
    if matches!(options.at, Typed::Day(_)) {
        bail!("give a time as well, like 2026-12-07T09:00");
    }
    let question = Question {
        service: ServiceId::parse(&options.service)?,
        practitioner: practitioner.map(PractitionerId::parse).transpose()?,
        start: options.at.begins(office.clinic().time_zone())?,
        returning: options.patient.map(|who| who == Who::Returning),
    };
    let why = office.why(&question, now).await?;
    let offered = match why.refusal {
        None => "offered".to_owned(),
        Some(refusal) => format!("not offered ({refusal})"),
    };
    let details = why.details.iter().map(|detail| format!("  {detail}\n"));
    output::write(&format!(
        "{}: {offered}\n{}\n{}",
        office.clinic().spoken_time(question.start),
        why.sentence,
        details.collect::<String>()
    ))
}
