//! Articles, team and clinic, read-only, and the pages that are about them.
//!
//! `frontdesk publish` writes an edition into the `store`. The function holds its `catalogue` in memory, from which lists and
//! searches are answered, and reads an `article` when somebody does. `views`, `pages` and `feeds` show it in its forms.

mod article;
mod catalogue;
mod endpoints;
mod feeds;
mod json_ld;
mod packed;
mod pages;
mod search;
mod store;
mod views;

use axum::{
    Router,
    extract::{Request, State},
    middleware::{Next, from_fn_with_state},
    response::Response,
};
use shared::{
    aws::Aws,
    clinic::{PublishedClinic, refresh_beside},
    clock::Clock,
    environment::Environment,
    link::LinkKeys,
    pages::Site,
    runtime::{Health, StartError, Unhealthy},
    telemetry::Causes,
};
use utoipa::openapi::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};

pub use article::{Article, Author, Credit, Entry, Heading, Image, Review, SharePicture, Text};
pub use pages::picture::{Shown, picture};
pub use store::{Edition, Picture, Progress, Published, Shelf, Unpublished};

use crate::endpoints as at;

/// What the articles function works with.
#[derive(Clone)]
pub struct ArticleDesk {
    clinic: PublishedClinic,
    shelf: Shelf,
    keys: LinkKeys,
    clock: Clock,
}

impl ArticleDesk {
    /// Makes the client and reads the clinic and the catalogue, from `CLINIC_TABLE`, `ARTICLES_TABLE`, `LINK_KEYS` and the
    /// AWS variables.
    ///
    /// # Errors
    /// When one of them is missing.
    pub async fn open(environment: &Environment, clock: Clock) -> Result<Self, StartError> {
        let client = Aws::from_environment(environment)?.dynamodb();
        let shelf = Shelf::open(&client, environment)?;
        let keys = LinkKeys::from_environment(environment)?;
        let clinic = PublishedClinic::open(client, environment.require("CLINIC_TABLE")?);
        // If the catalogue cannot be read now, each request tries again.
        let (clinic, current) = tokio::join!(clinic, shelf.current());
        if let Err(error) = current {
            tracing::error!(error = %Causes(&error), "opened without a catalogue");
        }
        Ok(Self {
            clinic,
            shelf,
            keys,
            clock,
        })
    }
}

impl Health for ArticleDesk {
    async fn check(&self) -> Result<(), Unhealthy> {
        self.clinic.current().await?;
        self.shelf.current().await?;
        Ok(())
    }
}

impl ArticleDesk {
    /// The site that its pages belong to.
    #[must_use]
    pub fn site(&self) -> Site {
        Site::new(self.clinic.clone(), self.clock.clone())
    }
}

pub fn routes(desk: ArticleDesk) -> Router {
    let (routes, _) = documented().split_for_parts();
    routes
        .layer(from_fn_with_state(desk.clinic.clone(), refresh_beside))
        .layer(from_fn_with_state(desk.shelf.clone(), refresh_catalogue))
        .with_state(desk)
}

/// Refreshes the catalogue while a request is answered, like the clinic.
async fn refresh_catalogue(State(shelf): State<Shelf>, request: Request, next: Next) -> Response {
    let (response, ()) = tokio::join!(next.run(request), shelf.refresh());
    response
}

/// The OpenAPI description of the function's routes.
#[must_use]
pub fn openapi() -> OpenApi {
    documented().into_openapi()
}

fn documented() -> OpenApiRouter<ArticleDesk> {
    OpenApiRouter::new()
        .routes(routes!(at::list::list))
        .routes(routes!(at::read::read))
        .routes(routes!(at::read::preview))
        .routes(routes!(at::feeds::atom))
        .routes(routes!(at::feeds::json))
        .routes(routes!(at::feeds::sitemap))
        .routes(routes!(at::feeds::robots))
        .routes(routes!(at::clinic::clinic))
        .routes(routes!(at::team::team))
        .routes(routes!(at::team::person))
        .routes(routes!(at::home::home))
        .routes(routes!(at::home::privacy))
        .routes(routes!(at::asset::asset))
        .routes(routes!(at::image::image))
}
