//! Articles, team and clinic: `GET /articles`, `GET /articles/{slug}`, `GET /clinic`, `GET /team`.
//!
//! An `article` is rendered when it is published; here it is read and handed on. Lists are answered
//! from one compact item, the [`Index`].

mod article;
mod list;
mod practice;
mod read;
mod shelf;

use axum::{Router, middleware::from_fn_with_state};
use shared::{
    aws::Aws,
    clinic::{PublishedClinic, refresh_beside},
    clock::Clock,
    environment::Environment,
    runtime::StartError,
};
use utoipa::openapi::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};

pub use article::{Article, Author, CallToAction, Credit, Heading, Image, Share, Summary};
pub use shelf::{INDEX_SLUG, Index, StoredArticle};

use crate::shelf::Shelf;

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
    /// When one of them is missing, or the clinic cannot be read.
    pub async fn open(environment: &Environment, clock: Clock) -> Result<Self, StartError> {
        let client = Aws::from_environment(environment)?.dynamodb();
        let shelf = Shelf::new(client.clone(), environment.require("ARTICLES_TABLE")?);
        let clinic = PublishedClinic::open(client, environment.require("CLINIC_TABLE")?).await?;
        Ok(Self {
            clinic,
            shelf,
            clock,
        })
    }
}

/// The function's routes.
pub fn routes(desk: ArticleDesk) -> Router {
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

fn documented() -> OpenApiRouter<ArticleDesk> {
    OpenApiRouter::new()
        .routes(routes!(list::list))
        .routes(routes!(read::read))
        .routes(routes!(practice::clinic))
        .routes(routes!(practice::team))
}
