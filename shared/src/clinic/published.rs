//! The clinic as the functions see it: one item, read once at start-up and again at most once a
//! minute.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use aws_sdk_dynamodb::{Client, operation::put_item::PutItemError, types::AttributeValue};
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Clinic, Mistakes};
use crate::{
    store::{self, Consistency, Key, Table},
    telemetry::Causes,
};

const WHAT: &str = "clinic";
const ID: &str = "clinic";
const GOOD_FOR: Duration = Duration::from_mins(1);

/// The published clinic. It is stored as the text that was reviewed and parsed again wherever it is read,
/// so there is no second format.
#[derive(Serialize, Deserialize)]
struct PublishedText {
    id: String,
    toml: String,
    published_at: Timestamp,
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
    kept: Arc<Mutex<Kept>>,
}

struct Kept {
    clinic: Arc<Clinic>,
    toml: String,
    read_at: Instant,
}

impl PublishedClinic {
    /// Reads the clinic. This also opens the connection that the first request will use.
    ///
    /// # Errors
    /// [`ClinicError`].
    pub async fn open(client: Client, table: &str) -> Result<Self, ClinicError> {
        let table = Table::new(client, table);
        let toml = read(&table).await?;
        let clinic = Arc::new(Clinic::parse(&toml)?);
        let kept = Kept {
            clinic,
            toml,
            read_at: Instant::now(),
        };
        Ok(Self {
            table,
            kept: Arc::new(Mutex::new(kept)),
        })
    }

    /// Publishes a `clinic.toml`, unless the same text is published already. Returns whether it was
    /// written.
    ///
    /// # Errors
    /// When the text is not a valid clinic, or the store does not take it.
    pub async fn publish(
        client: &Client,
        table: &str,
        toml: &str,
        now: Timestamp,
    ) -> Result<bool, ClinicError> {
        Clinic::parse(toml)?;
        let table = Table::new(client.clone(), table);
        let publication = PublishedText {
            id: ID.to_owned(),
            toml: toml.to_owned(),
            published_at: now,
        };
        let item = serde_dynamo::to_item(publication)
            .map_err(|error| store::Error::unwritable(WHAT, error))?;
        let put = client
            .put_item()
            .table_name(table.name())
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(toml) OR toml <> :toml")
            .expression_attribute_values(":toml", AttributeValue::S(toml.to_owned()));
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

    /// The clinic as it was last read.
    #[must_use]
    pub fn current(&self) -> Arc<Clinic> {
        Arc::clone(&self.kept().clinic)
    }

    /// Reads the clinic again if it was last read more than a minute ago. If it cannot be read, the clinic
    /// from before stays.
    pub async fn refresh(&self) {
        {
            let mut kept = self.kept();
            if kept.read_at.elapsed() < GOOD_FOR {
                return;
            }
            kept.read_at = Instant::now();
        }
        match read(&self.table).await {
            Ok(toml) => self.keep(toml),
            Err(error) => keep_the_old_one(&error),
        }
    }

    fn keep(&self, toml: String) {
        if self.kept().toml == toml {
            return;
        }
        match Clinic::parse(&toml) {
            Ok(clinic) => {
                let mut kept = self.kept();
                kept.clinic = Arc::new(clinic);
                kept.toml = toml;
            }
            Err(mistakes) => keep_the_old_one(&mistakes.into()),
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
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

fn keep_the_old_one(error: &ClinicError) {
    tracing::warn!(error = %Causes(error), "could not read the clinic again; the one before stays");
}

async fn read(table: &Table) -> Result<String, ClinicError> {
    let found: Option<PublishedText> = table.find(&key(), Consistency::Eventual).await?;
    let publication = found.ok_or_else(|| ClinicError::NotPublished(table.name().to_owned()))?;
    Ok(publication.toml)
}
