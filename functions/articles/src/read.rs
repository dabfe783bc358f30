//! `GET /articles/{slug}`.

use axum::{
    extract::{Path, State},
    http::HeaderMap,
    response::Response,
};
use shared::{
    http::{Cacheable, Problem},
    telemetry::Causes,
    transaction::StoreError,
};

use crate::ArticleDesk;

/// The whole page in one answer. Drafts and articles of tomorrow are not there.
pub(crate) async fn read(
    State(desk): State<ArticleDesk>,
    Path(slug): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let article = desk
        .shelf
        .article(&slug, desk.clock.now())
        .await
        .map_err(unavailable)?;
    let article = article.ok_or_else(Problem::not_found)?;
    let cacheable = Cacheable {
        body: article.json,
        last_modified: Some(article.updated_at),
        max_age_seconds: 60,
    };
    Ok(cacheable.answer(&headers))
}

/// The store's failure, logged once, as the caller is told of it.
pub(crate) fn unavailable(error: StoreError) -> Problem {
    tracing::error!(error = %Causes(&error), "articles cannot be read");
    Problem::unavailable()
}
