//! Booking: `GET /services`, `GET /availability`, `POST /bookings`, `GET /bookings/{reference}`.
//!
//! A request's way: `request` reads the form and asks the `schedule` whether that start exists;
//! `bookings` takes its cells of the `day` and stores it with its mails, in one write.

mod availability;
mod booking;
mod bookings;
mod day;
mod erase;
mod request;
mod schedule;
mod services;
mod view;

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

pub use erase::erasure;

use crate::{bookings::Bookings, day::Days, view::ManageLinks};

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
        let table = environment.require("BOOKING_TABLE")?;
        let links = ManageLinks::new(
            LinkKeys::from_environment(environment)?,
            environment.require("API_URL")?,
        );
        Ok(Self {
            bookings: Bookings::new(client.clone(), table, environment.require("MAIL_TABLE")?),
            days: Days::new(client.clone(), table),
            clinic: PublishedClinic::open(client, environment.require("CLINIC_TABLE")?).await?,
            links,
            clock,
        })
    }
}

/// The function's routes.
pub fn routes(desk: BookingDesk) -> Router {
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

fn documented() -> OpenApiRouter<BookingDesk> {
    OpenApiRouter::new()
        .routes(routes!(services::services))
        .routes(routes!(availability::availability))
        .routes(routes!(request::request))
        .routes(routes!(view::view))
}
