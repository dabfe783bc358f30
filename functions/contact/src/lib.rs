//! Contact-form intake: `POST /contact`.
//!
//! A request's way: `submit` reads the form into a `message`, which
//! `messages` stores with its two mails in one write.

mod message;
mod messages;
mod submit;

use axum::{Router, middleware::from_fn_with_state, routing::post};
use shared::{
    aws::Aws,
    clinic::{PublishedClinic, refresh_beside},
    clock::Clock,
    environment::Environment,
    runtime::StartError,
};

use crate::messages::Messages;

/// What the contact function works with.
#[derive(Clone)]
pub struct ContactDesk {
    clinic: PublishedClinic,
    messages: Messages,
    clock: Clock,
}

impl ContactDesk {
    /// Makes the client and reads the clinic, from `CLINIC_TABLE`, `CONTACT_TABLE`, `MAIL_TABLE` and
    /// the AWS variables.
    ///
    /// # Errors
    /// When one of them is missing, or the clinic cannot be read.
    pub async fn open(environment: &Environment, clock: Clock) -> Result<Self, StartError> {
        let client = Aws::from_environment(environment)?.dynamodb();
        let messages = Messages::new(
            client.clone(),
            environment.require("CONTACT_TABLE")?,
            environment.require("MAIL_TABLE")?,
        );
        let clinic = PublishedClinic::open(client, environment.require("CLINIC_TABLE")?).await?;
        Ok(Self {
            clinic,
            messages,
            clock,
        })
    }
}

/// The function's routes.
pub fn routes(desk: ContactDesk) -> Router {
    Router::new()
        .route("/contact", post(submit::submit))
        .layer(from_fn_with_state(desk.clinic.clone(), refresh_beside))
        .with_state(desk)
}
