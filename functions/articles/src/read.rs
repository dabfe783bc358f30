//! `GET /articles/{slug}`.

use axum::{
    extract::{Path, State},
    http::HeaderMap,
    response::Response,
};
use shared::http::{Cacheable, Problem};

use crate::ArticleDesk;

/// The whole page in one answer. Drafts and articles of tomorrow are not there.
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
