//! `GET /assets/{name}`: what pages are made with.

use axum::extract::{Path, State};
use shared::{
    http::{Cacheable, Problem, ProblemDocument},
    pages::Asset,
};

use crate::ArticleDesk;

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
) -> Result<Cacheable, Problem> {
    let clinic = desk.clinic.current().await?;
    let asset = Asset::find(&name, &clinic).ok_or_else(Problem::not_found)?;
    let content = Cacheable::new(asset.media_type, asset.content);
    // A page of another version names another file.
    Ok(if asset.is_current {
        content.for_good()
    } else {
        content.briefly()
    })
}
