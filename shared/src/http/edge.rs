//! What every request gets: an id, one log line, and errors in one form.

use std::time::{Duration, Instant};

use axum::{
    Router,
    extract::{MatchedPath, Request},
    http::{HeaderValue, header},
    middleware::{Next, from_fn},
    response::{IntoResponse, Response},
};
use lambda_http::request::RequestContext;
use tokio::time::timeout;

use super::{accept::Accepts, problem::Problem};
use crate::consumption::metered;

/// Wraps a function's routes. Unknown addresses, methods that are not allowed, and every [`Problem`] are answered
/// with `application/problem+json` or, for a browser, with a page.
pub fn edge(routes: Router) -> Router {
    edge_within(PATIENCE, routes)
}

/// The same, for routes that may take up to `patience`.
pub fn edge_within(patience: Duration, routes: Router) -> Router {
    routes.layer(from_fn(move |request, next| {
        attend(patience, request, next)
    }))
}

/// Below the functions' ten seconds, so that a slow store leads to a 503 and not to an answer that is cut off.
const PATIENCE: Duration = Duration::from_secs(9);

async fn attend(patience: Duration, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let request_id = request_id(&request);
    let method = request.method().clone();
    let accepts = Accepts::of(request.headers());
    // The route's pattern and never the address itself, which may hold a token.
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "none".to_owned(), |path| path.as_str().to_owned());

    let (answered, taken) = metered(timeout(patience, next.run(request))).await;
    let mut response = match answered {
        Ok(response) => response,
        Err(_) => Problem::unavailable().into_response(),
    };
    if let Some(problem) = problem_of(&mut response) {
        response = problem.write(accepts, &method, &request_id);
    }
    harden(&mut response, &request_id);

    tracing::info!(
        request.id = %request_id,
        request.method = %method,
        request.route = route,
        response.status = response.status().as_u16(),
        response.millis = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        dynamodb.calls = taken.calls,
        dynamodb.capacity = taken.capacity,
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
    // The router's own refusals have no body, or a line of plain text that may repeat the address.
    let media_type = response.headers().get(header::CONTENT_TYPE);
    let bare = media_type.is_none_or(|value| value.as_bytes().starts_with(b"text/plain"));
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
        HeaderValue::from_static("no-referrer"),
    );
    if let Ok(id) = HeaderValue::from_str(request_id) {
        headers.insert("x-request-id", id);
    }
}
