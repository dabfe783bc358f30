//! The clinic as the functions see it: one item, read once at start-up and again at most once a
//! minute.

use std::sync::Arc;

use aws_sdk_dynamodb::{Client, operation::put_item::PutItemError, types::AttributeValue};
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Artwork, Clinic, Drawing, Mistakes};
use crate::{
    store::{self, Consistency, Kept, Key, Table},
    telemetry::Causes,
};

const WHAT: &str = "clinic";
const ID: &str = "clinic";

/// The published clinic. It is stored as the text that was reviewed and parsed again wherever it is read,
/// so there is no second format.
#[derive(Serialize, Deserialize)]
struct PublishedText {
    id: String,
    toml: String,
    /// The pictures that the text names, as they are published.
    #[serde(default)]
    artwork: Artwork<Drawing>,
    published_at: Timestamp,
}

impl PublishedText {
    fn clinic(&self) -> Result<Clinic, Mistakes> {
        Ok(Clinic::read(&self.toml)?.with_artwork(self.artwork.clone()))
    }
}

fn key() -> Key {
    Key::single(WHAT, "id", ID)
}

/// Why there is no clinic to work with.
#[derive(Debug, thiserror::Error)]
pub enum ClinicError {
    #[error("no clinic is published in the table {0}: run `frontdesk publish`")]
    NotPublished(String),
    #[error("the published clinic has mistakes")]
    Invalid(#[from] Mistakes),
    #[error("the clinic cannot be read")]
    Unavailable(#[from] store::Error),
}

/// The clinic, kept in memory and read again beside a request.
#[derive(Clone)]
pub struct PublishedClinic {
    table: Table,
    kept: Kept<Read>,
}

struct Read {
    clinic: Arc<Clinic>,
    text: PublishedText,
}

impl PublishedClinic {
    /// Reads the clinic. This also opens the connection that the first request will use.
    ///
    /// If it cannot be read now, the function starts all the same, and every request tries again until it can: a
    /// function that exits would give its callers a bare 500.
    pub async fn open(client: Client, table: &str) -> Self {
        let clinic = Self {
            table: Table::new(client, table),
            kept: Kept::default(),
        };
        if let Err(error) = clinic.current().await {
            tracing::error!(error = %Causes(&error), "opened without a clinic");
        }
        clinic
    }

    /// Publishes a `clinic.toml` with the pictures that it names, unless the same is published already. Returns whether
    /// it was written.
    ///
    /// # Errors
    /// When the text is not a valid clinic, or the store does not take it.
    pub async fn publish(
        client: &Client,
        table: &str,
        (toml, artwork): (&str, &Artwork<Drawing>),
        now: Timestamp,
    ) -> Result<bool, ClinicError> {
        Clinic::parse(toml)?;
        let table = Table::new(client.clone(), table);
        let publication = PublishedText {
            id: ID.to_owned(),
            toml: toml.to_owned(),
            artwork: artwork.clone(),
            published_at: now,
        };
        let unwritable = |error| store::Error::unwritable(WHAT, error);
        let drawn = serde_dynamo::to_attribute_value(artwork).map_err(unwritable)?;
        let item = serde_dynamo::to_item(publication).map_err(unwritable)?;
        let put = client
            .put_item()
            .table_name(table.name())
            .set_item(Some(item))
            .condition_expression(
                "attribute_not_exists(artwork) OR toml <> :toml OR artwork <> :artwork",
            )
            .expression_attribute_values(":toml", AttributeValue::S(toml.to_owned()))
            .expression_attribute_values(":artwork", drawn);
        match put.send().await {
            Ok(_) => Ok(true),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(PutItemError::is_conditional_check_failed_exception) =>
            {
                Ok(false)
            }
            Err(error) => Err(table.failed("PutItem", WHAT, error).into()),
        }
    }

    /// When the clinic that was last read was published, to the second; 1970 while none has been read.
    #[must_use]
    pub fn published_at(&self) -> Timestamp {
        let kept = self.kept.get();
        let at = kept.map_or(0, |kept| kept.text.published_at.as_second());
        Timestamp::from_second(at).unwrap_or_default()
    }

    /// The text of the clinic that is published there. `None` when there is none.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn find(client: &Client, table: &str) -> Result<Option<String>, ClinicError> {
        let table = Table::new(client.clone(), table);
        match read(&table).await {
            Ok(text) => Ok(Some(text.toml)),
            Err(ClinicError::NotPublished(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The clinic as it was last read. Only if it has never been read, this reads it.
    ///
    /// # Errors
    /// [`ClinicError`], when it has never been read and cannot be read now.
    pub async fn current(&self) -> Result<Arc<Clinic>, ClinicError> {
        if let Some(kept) = self.kept.get() {
            return Ok(Arc::clone(&kept.clinic));
        }
        self.keep(read(&self.table).await?)
    }

    /// The clinic as it was last read; `None` while none has been published, which is so at the end of a first deployment.
    ///
    /// # Errors
    /// [`ClinicError`], when it cannot be read.
    pub async fn published(&self) -> Result<Option<Arc<Clinic>>, ClinicError> {
        match self.current().await {
            Err(ClinicError::NotPublished(_)) => {
                tracing::warn!("no clinic has been published yet");
                Ok(None)
            }
            clinic => clinic.map(Some),
        }
    }

    /// Reads the clinic again if it was last read more than a minute ago. If it cannot be read, the clinic
    /// from before stays.
    pub async fn refresh(&self) {
        let Some(kept) = self.kept.due() else {
            return;
        };
        let before = (&kept.text.toml, &kept.text.artwork);
        let again = match read(&self.table).await {
            Ok(text) if (&text.toml, &text.artwork) == before => return,
            Ok(text) => self.keep(text),
            Err(error) => Err(error),
        };
        if let Err(error) = again {
            tracing::warn!(error = %Causes(&error), "could not read the clinic again; the one before stays");
        }
    }

    fn keep(&self, text: PublishedText) -> Result<Arc<Clinic>, ClinicError> {
        let clinic = Arc::new(text.clinic()?);
        let read = Read {
            clinic: Arc::clone(&clinic),
            text,
        };
        self.kept.set(read);
        Ok(clinic)
    }
}

/// Refreshes the clinic while a request is answered, as a layer of a function's routes. The two run at the same
/// time, so that nobody waits for two round trips, and both end before Lambda freezes the function.
pub async fn refresh_beside(
    State(clinic): State<PublishedClinic>,
    request: Request,
    next: Next,
) -> Response {
    let (response, ()) = tokio::join!(next.run(request), clinic.refresh());
    response
}

async fn read(table: &Table) -> Result<PublishedText, ClinicError> {
    let found: Option<PublishedText> = table.find(&key(), Consistency::Eventual).await?;
    found.ok_or_else(|| ClinicError::NotPublished(table.name().to_owned()))
}
