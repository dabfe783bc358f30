//! What every request passes through: an id, one log line, and errors in one form.

use std::time::Instant;

use axum::{
    Router,
    extract::{MatchedPath, Request},
    http::{HeaderValue, StatusCode, header},
    middleware::{Next, from_fn},
    response::Response,
};
use lambda_http::request::RequestContext;

use super::{accept::Accepts, problem::Problem};

/// Wraps a function's routes: addresses that do not exist, methods that are not taken, and every
/// [`Problem`] leave as `application/problem+json` or, to a browser, as a page.
pub fn edge(routes: Router) -> Router {
    routes.layer(from_fn(attend))
}

async fn attend(request: Request, next: Next) -> Response {
    let started = Instant::now();
    let request_id = request_id(&request);
    let method = request.method().clone();
    let accepts = Accepts::of(request.headers());
    // The route's pattern, never the address itself: it may hold a token.
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "none".to_owned(), |path| path.as_str().to_owned());

    let mut response = next.run(request).await;
    if let Some(problem) = problem_of(&mut response) {
        response = problem.write(accepts, &request_id);
    }
    harden(&mut response, &request_id);

    tracing::info!(
        request.id = %request_id,
        request.method = %method,
        request.route = route,
        response.status = response.status().as_u16(),
        response.millis = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        "answered"
    );
    response
}

/// The gateway's id, so that its access log and ours agree; on a laptop a random one.
fn request_id(request: &Request) -> String {
    let gateway = match request.extensions().get::<RequestContext>() {
        Some(RequestContext::ApiGatewayV2(context)) => context.request_id.clone(),
        _ => None,
    };
    gateway.unwrap_or_else(|| format!("{:016x}", fastrand::u64(..)))
}

fn problem_of(response: &mut Response) -> Option<Problem> {
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        return Some(problem);
    }
    let status = response.status();
    let bare = response.headers().get(header::CONTENT_TYPE).is_none()
        || status == StatusCode::METHOD_NOT_ALLOWED;
    let failed = status.is_client_error() || status.is_server_error();
    let allow = response.headers().get(header::ALLOW).cloned();
    (failed && bare).then(|| Problem::of_status(status, allow))
}

fn harden(response: &mut Response, request_id: &str) {
    let headers = response.headers_mut();
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers.insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("strict-origin-when-cross-origin"),
    );
    if let Ok(id) = HeaderValue::from_str(request_id) {
        headers.insert("x-request-id", id);
    }
}
