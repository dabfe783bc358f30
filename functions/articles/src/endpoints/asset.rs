//! `GET /assets/{name}`: what pages are made with.

use axum::{
    extract::{Path, State},
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use shared::{
    http::{Problem, ProblemDocument},
    pages::Asset,
};

use crate::ArticleDesk;

/// The names change with the content (RFC 8246).
pub(super) const FOR_GOOD: &str = "public, max-age=31536000, immutable";
/// For a name whose content is not here any more, or not yet.
const FOR_NOW: &str = "public, max-age=60";

/// A file that pages use. Its name changes with its content, so that caches may keep it for a year.
#[utoipa::path(
    get, path = "/assets/{name}", tag = "pages", operation_id = "showAsset",
    params(("name" = String, Path, description = "The name that a page gives")),
    responses(
        (status = 200, description = "The file", content((String = "text/css"), (String = "text/javascript"), (String = "image/svg+xml"))),
        (status = "default", response = ProblemDocument),
    ),
)]
pub(crate) async fn asset(
    State(desk): State<ArticleDesk>,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    let clinic = desk.clinic.current().await?;
    let asset = Asset::find(&name, &clinic).ok_or_else(Problem::not_found)?;
    let control = if asset.is_current { FOR_GOOD } else { FOR_NOW };
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static(asset.media_type),
        ),
        (header::CACHE_CONTROL, HeaderValue::from_static(control)),
    ];
    Ok((headers, asset.content).into_response())
}
