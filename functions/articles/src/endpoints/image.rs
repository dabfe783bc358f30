//! `GET /images/{name}`: the articles' pictures.

use axum::{
    extract::{Path, State},
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use shared::http::{Cacheable, Problem, ProblemDocument};

use crate::ArticleDesk;

/// A picture runs nothing and loads nothing, also when somebody opens it as a page.
const POLICY: &str =
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox";

/// A picture. Its name changes with its content, so that caches may keep it for a year.
#[utoipa::path(
    get, path = "/images/{name}", tag = "pages", operation_id = "showImage",
    params(("name" = String, Path, description = "The name that an article gives")),
    responses(
        (status = 200, description = "The picture", content((String = "image/svg+xml"), (String = "image/jpeg"), (String = "image/png"), (String = "image/webp"))),
        (status = "default", response = ProblemDocument),
    ),
)]
pub(crate) async fn image(
    State(desk): State<ArticleDesk>,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    let picture = desk.shelf.picture(&name).await?;
    let picture = picture.ok_or_else(Problem::not_found)?;
    let policy = HeaderValue::from_static(POLICY);
    let headers = [(header::CONTENT_SECURITY_POLICY, policy)];
    let content = Cacheable::new(picture.media_type, picture.content).for_good();
    Ok((headers, content).into_response())
}
