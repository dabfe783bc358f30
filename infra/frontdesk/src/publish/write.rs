//! Writing what is published, once it is clear what that means for the visits to come.

use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use articles::{Progress, Published, Shelf};
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
    pub articles: Published,
    /// Whether the clinic itself was written.
    pub clinic: bool,
    /// The visits to come that do not fit the hours and closures that are published.
    pub stranded: Vec<Stranded>,
}

impl Publication {
    #[must_use]
    pub fn is_change(&self) -> bool {
        self.clinic || self.articles.is_change()
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
        let heading = "these visits are outside the hours that are published. They keep their time: move them, or call their \
                       patients";
        (!lines.is_empty()).then(|| format!("warning: {heading}{lines}"))
    }
}

/// Writes the content into `CLINIC_TABLE` and `ARTICLES_TABLE`: only what changed. Looks in `BOOKING_TABLE` for visits that
/// the clinic's hours and closures strand.
///
/// # Errors
/// When a table's name is missing, the store does not answer, or the time zone changes while something is to come: a day's
/// cells are counted from its midnight.
pub async fn publish(
    content: &Content,
    client: &Client,
    environment: &Environment,
    now: Timestamp,
    progress: Progress<'_>,
) -> Result<Publication> {
    let table = environment.require("CLINIC_TABLE")?;
    let toml = &content.clinic_toml;
    let before = PublishedClinic::find(client, table).await;
    let before = before.context("the clinic that is published cannot be read")?;
    let office = Office::open(
        client,
        environment,
        Arc::new(content.clinic.clone()),
        Actor::Operator("publish".to_owned()),
    )?;
    // One with mistakes, which another version may have published, is replaced.
    let former = before.as_ref().and_then(|toml| Clinic::read(toml).ok());
    let unreadable = "the visits to come cannot be read, so nothing was published";
    let stays = former.is_none_or(|one| one.time_zone_name() == content.clinic.time_zone_name());
    ensure!(
        stays || !office.has_plans(now).await.context(unreadable)?,
        "nothing was published: the time zone cannot change while visits or time off are to come, or somebody waits, since \
         their days are counted in it"
    );
    let stranded = office.stranded(now).await.context(unreadable)?;
    if before.is_some_and(|before| before != *toml) {
        let noted = office.note_new_hours(now).await;
        noted.context("nothing was published: the waiting list cannot be asked about new hours")?;
    }
    let articles = publish_articles(content, client, environment, now, progress).await?;
    // After the pictures, which its pages show.
    let text = (toml.as_str(), content.clinic.artwork());
    let clinic = PublishedClinic::publish(client, table, text, now).await;
    let clinic = clinic.with_context(|| format!("the table {table} cannot be written"))?;
    Ok(Publication {
        articles,
        clinic,
        stranded,
    })
}

/// Writes only the articles and pictures into `ARTICLES_TABLE`, and of them only what changed.
///
/// # Errors
/// When the table's name is missing, the store does not answer, or somebody else publishes at the same time.
pub async fn publish_articles(
    content: &Content,
    client: &Client,
    environment: &Environment,
    now: Timestamp,
    progress: Progress<'_>,
) -> Result<Published> {
    let shelf = Shelf::open(client, environment)?;
    let published = shelf
        .publish(&content.edition, &content.clinic, now, progress)
        .await;
    published.context("the articles were not published")
}
