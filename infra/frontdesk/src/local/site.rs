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

/// The routes at their own addresses and, as on the website, under `/api`. Every other address is a file of the
/// website.
pub(super) fn beside(routes: Router, infra: &Path) -> Router {
    let pages = ServeDir::new(infra.join("site"));
    let pictures = ServeDir::new(infra.join("content/images"));
    Router::new()
        .nest("/api", routes.clone())
        .merge(routes)
        .nest_service("/images", pictures)
        .fallback(move |request: Request| file(pages.clone(), request))
}

/// Files can only be read. Any other request to an address that is no route is answered 404.
async fn file(mut pages: ServeDir, request: Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Problem::not_found().into_response();
    }
    match pages.try_call(request).await {
        Ok(response) => response.map(Body::new),
        Err(_) => Problem::unavailable().into_response(),
    }
}
