//! The reference website: files of `infra/site`, and the articles' pictures.

use std::path::Path;

use axum::{
    Router,
    body::Body,
    extract::Request,
    http::Method,
    response::{IntoResponse, Response},
};
use shared::http::Problem;
use tower_http::services::ServeDir;

/// The routes, where the API has them and under `/api`, where the website does; and the website wherever
/// there is none.
pub(super) fn beside(routes: Router, infra: &Path) -> Router {
    let pages = ServeDir::new(infra.join("site"));
    let pictures = ServeDir::new(infra.join("content/images"));
    Router::new()
        .nest("/api", routes.clone())
        .merge(routes)
        .nest_service("/images", pictures)
        .fallback(move |request: Request| file(pages.clone(), request))
}

/// Files are only read; whatever else is asked of an address that is no route finds nothing there.
async fn file(mut pages: ServeDir, request: Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Problem::not_found().into_response();
    }
    match pages.try_call(request).await {
        Ok(response) => response.map(Body::new),
        Err(_) => Problem::unavailable().into_response(),
    }
}
