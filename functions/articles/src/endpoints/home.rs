//! `GET /` and `GET /privacy`: pages that have no other form.

use axum::{
    extract::State,
    response::{IntoResponse as _, Response},
};
use shared::http::{Problem, ProblemDocument};

use crate::{ArticleDesk, pages};

/// The home page: services, people, the latest articles.
#[utoipa::path(
    get, path = "/", tag = "pages", operation_id = "showHome",
    responses(
        (status = 200, description = "The home page", body = String, content_type = "text/html"),
        (status = "default", response = ProblemDocument),
    ),
)]
pub(crate) async fn home(State(desk): State<ArticleDesk>) -> Result<Response, Problem> {
    let clinic = desk.clinic.current().await?;
    let now = desk.clock.now();
    let current = desk.shelf.current().await?;
    let catalogue = &current.catalogue;
    let latest = catalogue.newest(pages::home::ARTICLES, now);
    Ok(pages::home::page(&latest, &clinic, now).into_response())
}

/// What is stored about people, and for how long.
#[utoipa::path(
    get, path = "/privacy", tag = "pages", operation_id = "showPrivacy",
    responses(
        (status = 200, description = "The page", body = String, content_type = "text/html"),
        (status = "default", response = ProblemDocument),
    ),
)]
pub(crate) async fn privacy(State(desk): State<ArticleDesk>) -> Result<Response, Problem> {
    let clinic = desk.clinic.current().await?;
    Ok(pages::privacy::page(&clinic).into_response())
}
