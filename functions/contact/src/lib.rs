//! Contact-form intake: the form, `POST /contact`, and what staff do with a message.
//!
//! A request's way: `submit` reads the form into a `message`, `screen` judges it, and `messages`
//! stores it in one write: with its two mails, or into quarantine. `digest` tells staff once a day
//! what waits there; `review` is their page of a message.

mod challenge;
mod decide;
mod digest;
mod form;
mod item;
mod links;
mod message;
mod messages;
mod next;
pub mod proof;
mod quarantine;
mod review;
mod screen;
mod submit;
mod token;

use axum::{Router, middleware::from_fn_with_state};
use shared::{
    aws::Aws,
    clinic::{PublishedClinic, refresh_beside},
    clock::Clock,
    environment::Environment,
    link::LinkKeys,
    runtime::StartError,
};
use utoipa::openapi::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};

pub use digest::{Digest, DigestError};

use crate::{links::ReviewLinks, messages::Messages, proof::Proofs, token::FormTokens};

/// What the contact function works with.
#[derive(Clone)]
pub struct ContactDesk {
    clinic: PublishedClinic,
    messages: Messages,
    proofs: Proofs,
    tokens: FormTokens,
    links: ReviewLinks,
    keys: LinkKeys,
    /// Where senders reach this API, without a slash at the end.
    api_url: String,
    clock: Clock,
}

impl ContactDesk {
    /// Makes the client and reads the clinic, from `CLINIC_TABLE`, `CONTACT_TABLE`, `MAIL_TABLE`,
    /// `LINK_KEYS`, `API_URL` (where senders and staff reach this API, without a slash at the end) and
    /// the AWS variables.
    ///
    /// # Errors
    /// When one of them is missing, or the clinic cannot be read.
    pub async fn open(environment: &Environment, clock: Clock) -> Result<Self, StartError> {
        let client = Aws::from_environment(environment)?.dynamodb();
        let keys = LinkKeys::from_environment(environment)?;
        let api_url = environment.require("API_URL")?.to_owned();
        Ok(Self {
            messages: Messages::open(client.clone(), environment)?,
            clinic: PublishedClinic::open(client, environment.require("CLINIC_TABLE")?).await?,
            proofs: Proofs::new(&keys),
            tokens: FormTokens::new(keys.clone()),
            links: ReviewLinks::new(keys.clone(), &api_url),
            keys,
            api_url,
            clock,
        })
    }
}

/// The function's routes.
pub fn routes(desk: ContactDesk) -> Router {
    let (routes, _) = documented().split_for_parts();
    routes
        .layer(from_fn_with_state(desk.clinic.clone(), refresh_beside))
        .with_state(desk)
}

/// What the function's routes say of themselves.
#[must_use]
pub fn openapi() -> OpenApi {
    documented().into_openapi()
}

fn documented() -> OpenApiRouter<ContactDesk> {
    OpenApiRouter::new()
        .routes(routes!(submit::submit, form::lead))
        .routes(routes!(form::blank))
        .routes(routes!(challenge::challenge))
        .routes(routes!(review::show, review::act))
}
