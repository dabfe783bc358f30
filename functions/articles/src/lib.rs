//! Articles, team and clinic, read-only, and the pages that are about them.
//!
//! An `article` is rendered when it is published, and `endpoints::read` hands it on. Lists are answered from one
//! compact item, the index in the `store`.

mod article;
mod endpoints;
mod json_ld;
mod pages;
mod search;
mod store;

use axum::{Router, middleware::from_fn_with_state};
use shared::{
    aws::Aws,
    clinic::{PublishedClinic, refresh_beside},
    clock::Clock,
    environment::Environment,
    pages::Site,
    runtime::StartError,
};
use utoipa::openapi::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};

pub use article::{Article, Author, CallToAction, Credit, Heading, Image, Share, Summary};
pub use store::{Picture, Published, Shelf};

use crate::endpoints as at;

/// What the articles function works with.
#[derive(Clone)]
pub struct ArticleDesk {
    clinic: PublishedClinic,
    shelf: Shelf,
    clock: Clock,
}

impl ArticleDesk {
    /// Makes the client and reads the clinic, from `CLINIC_TABLE`, `ARTICLES_TABLE` and the AWS
    /// variables.
    ///
    /// # Errors
    /// When one of them is missing.
    pub async fn open(environment: &Environment, clock: Clock) -> Result<Self, StartError> {
        let client = Aws::from_environment(environment)?.dynamodb();
        let shelf = Shelf::open(&client, environment)?;
        let clinic = PublishedClinic::open(client, environment.require("CLINIC_TABLE")?).await;
        Ok(Self {
            clinic,
            shelf,
            clock,
        })
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
        .with_state(desk)
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
        .routes(routes!(at::clinic::clinic))
        .routes(routes!(at::team::team))
        .routes(routes!(at::team::person))
        .routes(routes!(at::home::home))
        .routes(routes!(at::home::privacy))
        .routes(routes!(at::asset::asset))
        .routes(routes!(at::image::image))
}
