//! Writing what is published, once it is clear what that means for the visits to come.

use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use articles::Shelf;
use aws_sdk_dynamodb::Client;
use booking::{Office, Stranded};
use jiff::Timestamp;
use shared::{
    audit::Actor,
    clinic::{Clinic, PublishedClinic},
    environment::Environment,
};

use super::Content;

#[derive(Debug, Default, PartialEq, Eq)]
pub struct Publication {
    pub articles: articles::Published,
    /// Whether the clinic itself was written.
    pub clinic: bool,
    /// The visits to come that fit the hours and closures of before, and not those that are published now.
    pub stranded: Vec<Stranded>,
}

impl Publication {
    #[must_use]
    pub fn is_change(&self) -> bool {
        let articles = &self.articles;
        self.clinic || !articles.written.is_empty() || !articles.removed.is_empty()
    }

    /// A warning with a line for each stranded visit. `None` when there is none.
    #[must_use]
    pub fn warning(&self, clinic: &Clinic) -> Option<String> {
        let line = |visit: &Stranded| {
            let when = clinic.spoken_time(visit.start);
            let Stranded {
                reference,
                service,
                practitioner,
                ..
            } = visit;
            format!("\n  {reference}: {when}, {service} with {practitioner}")
        };
        let lines: String = self.stranded.iter().map(line).collect();
        let heading = "these visits are outside the hours that are published now. They keep their time: move them, or call \
                       their patients";
        (!lines.is_empty()).then(|| format!("warning: {heading}{lines}"))
    }
}

/// Writes the content into `CLINIC_TABLE` and `ARTICLES_TABLE`: only what changed. Looks for visits that it strands in
/// `BOOKING_TABLE`.
///
/// # Errors
/// When a table's name is missing, the store does not answer, or the time zone changes while visits are to come: a day's
/// cells are counted from its midnight.
pub async fn publish(
    content: &Content,
    client: &Client,
    environment: &Environment,
    now: Timestamp,
) -> Result<Publication> {
    let table = environment.require("CLINIC_TABLE")?;
    let shelf = Shelf::open(client, environment)?;
    let before = PublishedClinic::find(client, table).await;
    let stranded = match before.context("the clinic that is published cannot be read")? {
        Some(before) => stranded(before, content, client, environment, now).await?,
        None => Vec::new(),
    };
    let toml = &content.clinic_toml;
    let clinic = PublishedClinic::publish(client, table, toml, now).await;
    let clinic = clinic.with_context(|| format!("the table {table} cannot be written"))?;
    let articles = shelf.publish(&content.articles, now).await;
    let articles = articles.context("the articles cannot be written")?;
    Ok(Publication {
        articles,
        clinic,
        stranded,
    })
}

async fn stranded(
    before: Clinic,
    content: &Content,
    client: &Client,
    environment: &Environment,
    now: Timestamp,
) -> Result<Vec<Stranded>> {
    let is_same_zone = before.time_zone_name() == content.clinic.time_zone_name();
    let office = office(before, client, environment)?;
    let unreadable = "the visits to come cannot be read, so nothing was published";
    ensure!(
        is_same_zone || !office.has_visits_to_come(now).await.context(unreadable)?,
        "nothing was published: the time zone cannot change while visits are to come, since their days are counted in it"
    );
    let stranded = office.stranded(&content.clinic, now).await;
    let stranded = stranded.context(unreadable)?;
    let noted = office.note_new_hours(now).await;
    noted.context("nothing was published: the waiting list cannot be asked about new hours")?;
    Ok(stranded)
}

fn office(clinic: Clinic, client: &Client, environment: &Environment) -> Result<Office> {
    let publisher = Actor::Operator("publish".to_owned());
    Ok(Office::open(
        client,
        environment,
        Arc::new(clinic),
        publisher,
    )?)
}
