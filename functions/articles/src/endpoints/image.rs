//! `GET /images/{name}`: the articles' pictures.

use axum::{
    extract::{Path, State},
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use shared::http::{Problem, ProblemDocument};

use super::asset::FOR_GOOD;
use crate::ArticleDesk;

/// A picture runs nothing and loads nothing, also when somebody opens it as a page.
const POLICY: &str =
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox";

/// A picture. Its name changes with its content, so that caches may keep it for a year.
#[utoipa::path(
    get, path = "/images/{name}", tag = "pages", operation_id = "showImage",
    params(("name" = String, Path, description = "The name that an article gives")),
    responses(
        (status = 200, description = "The picture", body = String, content_type = "image/svg+xml"),
        (status = "default", response = ProblemDocument),
    ),
)]
pub(crate) async fn image(
    State(desk): State<ArticleDesk>,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    let picture = desk.shelf.picture(&name).await?;
    let picture = picture.ok_or_else(Problem::not_found)?;
    let media_type =
        HeaderValue::from_str(&picture.media_type).map_err(|_| Problem::not_found())?;
    let headers = [
        (header::CONTENT_TYPE, media_type),
        (header::CACHE_CONTROL, HeaderValue::from_static(FOR_GOOD)),
        (
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(POLICY),
        ),
    ];
    Ok((headers, picture.content).into_response())
}
