//! Contact-form intake: the form, `POST /contact`, and what staff do with a message.
//!
//! To follow a message, start at `endpoints::submit`: it reads the form into a `message`, has `message::screen`
//! judge it, and `store::receive` stores it in one write, with its two mails or into quarantine. The mail
//! table's stream then wakes the mailer. The `digest` writes its part of the daily digest;
//! `endpoints::show` and `endpoints::act` are staff's page of a message.

mod context;
mod digest;
mod endpoints;
mod links;
mod mails;
mod message;
mod next;
mod pages;
mod records;
mod store;
mod token;

use axum::{Router, middleware::from_fn_with_state};
use shared::{
    aws::Aws,
    clinic::{ClinicError, PublishedClinic, refresh_beside},
    clock::Clock,
    environment::Environment,
    guard::proof::Proofs,
    link::LinkKeys,
    pages::Site,
    reference::Reference,
    runtime::{Health, StartError, Unhealthy},
};
use utoipa::openapi::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};

pub use digest::{DailyDigest, DigestError};
pub use records::{COLUMNS, ContactRecords};

use crate::{
    context::Context, endpoints as at, links::ReviewLinks, store::Messages, token::FormTokens,
};

/// What the contact function works with.
#[derive(Clone)]
pub struct ContactDesk {
    clinic: PublishedClinic,
    messages: Messages,
    proofs: Proofs,
    tokens: FormTokens,
    links: ReviewLinks,
    keys: LinkKeys,
    /// The address of this API as senders reach it, without a slash at the end.
    api_url: String,
    clock: Clock,
}

impl ContactDesk {
    /// Makes the client and reads the clinic, from `CLINIC_TABLE`, `CONTACT_TABLE`, `MAIL_TABLE`,
    /// `LINK_KEYS`, `API_URL` (where senders and staff reach this API, without a slash at the end) and
    /// the AWS variables.
    ///
    /// # Errors
    /// When one of them is missing.
    pub async fn open(environment: &Environment, clock: Clock) -> Result<Self, StartError> {
        let client = Aws::from_environment(environment)?.dynamodb();
        let keys = LinkKeys::from_environment(environment)?;
        let api_url = environment.require("API_URL")?.to_owned();
        Ok(Self {
            messages: Messages::open(&client, environment)?,
            clinic: PublishedClinic::open(client, environment.require("CLINIC_TABLE")?).await,
            proofs: Proofs::new(&keys),
            tokens: FormTokens::new(keys.clone()),
            links: ReviewLinks::new(keys.clone(), &api_url),
            keys,
            api_url,
            clock,
        })
    }

    async fn context(&self) -> Result<Context<'_>, ClinicError> {
        Ok(Context {
            clinic: self.clinic.current().await?,
            now: self.clock.now(),
            links: &self.links,
        })
    }
}

impl Health for ContactDesk {
    async fn check(&self) -> Result<(), Unhealthy> {
        let context = self.context().await?;
        let nobodys = Reference::contact();
        self.messages.find(&nobodys, context.now).await?;
        self.messages.mails(&nobodys, context.now).await?;
        Ok(())
    }
}

impl ContactDesk {
    /// The site that its pages belong to.
    #[must_use]
    pub fn site(&self) -> Site {
        Site::new(self.clinic.clone(), self.clock.clone())
    }
}

pub fn routes(desk: ContactDesk) -> Router {
    let (routes, _) = documented().split_for_parts();
    routes
        .layer(from_fn_with_state(desk.clinic.clone(), refresh_beside))
        .with_state(desk)
}

/// The OpenAPI description of the function's routes.
#[must_use]
pub fn openapi() -> OpenApi {
    documented().into_openapi()
}

fn documented() -> OpenApiRouter<ContactDesk> {
    OpenApiRouter::new()
        .routes(routes!(at::submit::submit, at::form::contact))
        .routes(routes!(at::form::form))
        .routes(routes!(at::thank::thank))
        .routes(routes!(at::challenge::challenge))
        .routes(routes!(at::show::show, at::act::act))
}
