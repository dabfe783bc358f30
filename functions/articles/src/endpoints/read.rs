//! `GET /articles/{slug}`.

use axum::{
    extract::{Path, State},
    http::HeaderMap,
    response::{IntoResponse as _, Response},
};
use shared::{
    http::{Accepts, Cacheable, Problem, ProblemDocument},
    values::Slug,
};

use crate::{ArticleDesk, article::Article, pages};

/// The whole article in one answer. Drafts and articles that are published later are not found.
#[utoipa::path(
    get, path = "/articles/{slug}", tag = "articles", operation_id = "readArticle",
    params(("slug" = String, Path, description = "The last part of its address")),
    responses(
        (status = 200, description = "The whole article", content((Article = "application/json"), (String = "text/html")), headers(("etag" = String), ("last-modified" = String))),
        (status = 304, description = "Not modified, by `If-None-Match` or `If-Modified-Since`"),
        (status = "default", response = ProblemDocument),
    ),
)]
pub(crate) async fn read(
    State(desk): State<ArticleDesk>,
    Path(slug): Path<String>,
    accepts: Accepts,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let slug = Slug::parse(&slug).map_err(|_| Problem::not_found())?;
    let article = desk.shelf.article(&slug, desk.clock.now()).await?;
    let article = article.ok_or_else(Problem::not_found)?;
    if accepts == Accepts::Html {
        let clinic = desk.clinic.current().await?;
        let page = pages::article::page(&article.read()?, &clinic);
        return Ok(page.into_response());
    }
    Ok(Cacheable::of(article.json, Some(article.modified_at)).answer(&headers))
}
