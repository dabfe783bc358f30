//! `GET /articles/{slug}`.

use axum::{
    extract::{Path, State},
    http::HeaderMap,
    response::Response,
};
use shared::http::{Cacheable, Problem, ProblemDocument};

use crate::{ArticleDesk, article::Article};

/// The whole page in one answer. Drafts and articles of tomorrow are not there.
#[utoipa::path(
    get, path = "/articles/{slug}", tag = "articles", operation_id = "readArticle",
    params(("slug" = String, Path, description = "The last part of its address")),
    responses(
        (status = 200, description = "The whole article", body = Article, headers(("etag" = String), ("last-modified" = String))),
        (status = 304, description = "As it was, by `If-None-Match` or `If-Modified-Since`"),
        (status = "default", response = ProblemDocument),
    ),
)]
pub(crate) async fn read(
    State(desk): State<ArticleDesk>,
    Path(slug): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let article = desk.shelf.article(&slug, desk.clock.now()).await?;
    let article = article.ok_or_else(Problem::not_found)?;
    let cacheable = Cacheable {
        body: article.json,
        last_modified: Some(article.modified_at),
        max_age_seconds: 60,
    };
    Ok(cacheable.answer(&headers))
}
