//! Booking: services, availability, and bookings.
//!
//! To follow a request for an appointment, start at `endpoints::request`: it reads the form into a wish
//! (`booking`), asks the `rules` and `time::slots` whether that start exists, and `store::hold` takes its cells
//! of the practitioner's day and stores it with its mails, in one write.

mod booking;
mod context;
mod endpoints;
mod links;
mod mails;
mod pages;
mod records;
mod rules;
mod store;
mod time;

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

pub use records::BookingRecords;

use crate::{
    context::Context,
    endpoints as at,
    links::ManageLinks,
    store::{Bookings, Days},
};

/// What the booking function works with.
#[derive(Clone)]
pub struct BookingDesk {
    clinic: PublishedClinic,
    bookings: Bookings,
    days: Days,
    links: ManageLinks,
    clock: Clock,
}

impl BookingDesk {
    /// Makes the client and reads the clinic, from `CLINIC_TABLE`, `BOOKING_TABLE`, `MAIL_TABLE`,
    /// `LINK_KEYS`, `API_URL` (where patients reach this API, without a slash at the end) and the AWS
    /// variables.
    ///
    /// # Errors
    /// When one of them is missing, or the clinic cannot be read.
    pub async fn open(environment: &Environment, clock: Clock) -> Result<Self, StartError> {
        let client = Aws::from_environment(environment)?.dynamodb();
        let links = ManageLinks::new(
            LinkKeys::from_environment(environment)?,
            environment.require("API_URL")?,
        );
        Ok(Self {
            bookings: Bookings::open(&client, environment)?,
            days: Days::open(&client, environment)?,
            clinic: PublishedClinic::open(client, environment.require("CLINIC_TABLE")?).await?,
            links,
            clock,
        })
    }

    fn context(&self) -> Context<'_> {
        Context {
            clinic: self.clinic.current(),
            now: self.clock.now(),
            links: &self.links,
        }
    }
}

pub fn routes(desk: BookingDesk) -> Router {
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

fn documented() -> OpenApiRouter<BookingDesk> {
    OpenApiRouter::new()
        .routes(routes!(at::services::services))
        .routes(routes!(at::availability::availability))
        .routes(routes!(at::request::request))
        .routes(routes!(at::show::show))
}
