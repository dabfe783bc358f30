//! Booking: services, availability, and bookings.
//!
//! To follow a request for an appointment, start at `endpoints::request`: it reads the form into a wish
//! (`booking::wish`), asks the `rules` and `time::slots` whether that start exists, and `store::hold` takes its cells
//! of the practitioner's day and stores it with its mails, in one write.
//!
//! To follow what happens to a booking then, start at `endpoints::decide`, `reschedule` or `cancel`: each makes an event,
//! `booking::life` says what it makes of the booking, and `store::carry_out` writes that, in one write as well.
//! `sweep` does what falls due. `office` is what the operators' program does.

mod admission;
mod booking;
mod context;
mod endpoints;
mod feed;
mod links;
mod mails;
mod office;
mod pages;
mod records;
mod rules;
#[cfg(test)]
mod samples;
mod store;
mod sweep;
mod time;
mod waitlist;

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

pub use office::{
    AddedTimeOff, AgendaLine, Asked, CalendarError, CalendarLink, InTheWay, ListedTimeOff,
    MadeLink, NewTimeOff, Office, Question, RemovedTimeOff, Stranded, TimeOffError, TimeOffState,
    Why, WhyError, spoken_range,
};
pub use records::BookingRecords;
pub use sweep::{Sweep, SweepError};

use crate::{
    context::Context,
    endpoints as at,
    links::BookingLinks,
    store::{Bookings, Days},
};

/// What the booking function works with.
#[derive(Clone)]
pub struct BookingDesk {
    clinic: PublishedClinic,
    bookings: Bookings,
    days: Days,
    proofs: Proofs,
    links: BookingLinks,
    keys: LinkKeys,
    clock: Clock,
}

impl BookingDesk {
    /// Makes the client and reads the clinic, from `CLINIC_TABLE`, `BOOKING_TABLE`, `MAIL_TABLE`,
    /// `LINK_KEYS`, `API_URL` (where patients reach this API, without a slash at the end) and the AWS
    /// variables.
    ///
    /// # Errors
    /// When one of them is missing.
    pub async fn open(environment: &Environment, clock: Clock) -> Result<Self, StartError> {
        let client = Aws::from_environment(environment)?.dynamodb();
        let keys = LinkKeys::from_environment(environment)?;
        Ok(Self {
            bookings: Bookings::open(&client, environment)?,
            days: Days::open(&client, environment)?,
            clinic: PublishedClinic::open(client, environment.require("CLINIC_TABLE")?).await,
            proofs: Proofs::new(&keys),
            links: BookingLinks::new(keys.clone(), environment.require("API_URL")?),
            keys,
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

impl Health for BookingDesk {
    async fn check(&self) -> Result<(), Unhealthy> {
        let context = self.context().await?;
        self.bookings
            .find(&Reference::booking(), context.now)
            .await?;
        self.bookings.outbox.erasures().await?;
        Ok(())
    }
}

impl BookingDesk {
    /// The site that its pages belong to.
    #[must_use]
    pub fn site(&self) -> Site {
        Site::new(self.clinic.clone(), self.clock.clone())
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
        .routes(routes!(at::recover::ask, at::recover::recover))
        .routes(routes!(at::show::show))
        .routes(routes!(at::invite::invite))
        .routes(routes!(at::cancel::ask, at::cancel::cancel))
        .routes(routes!(at::reschedule::choose, at::reschedule::reschedule))
        .routes(routes!(at::accept::accept))
        .routes(routes!(at::consider::consider, at::decide::decide))
        .routes(routes!(at::reason::reason))
        .routes(routes!(at::miss::miss))
        .routes(routes!(at::write_again::write_again))
        .routes(routes!(at::join::ask, at::join::join))
        .routes(routes!(at::book::book, at::book::check))
        .routes(routes!(at::wait::wait))
        .routes(routes!(at::leave::leave))
        .routes(routes!(at::subscribe::subscribe))
}
