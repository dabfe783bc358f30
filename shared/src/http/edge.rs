//! What every request gets: an id, one log line, errors in one form, pages in one layout, and its headers.

use std::time::{Duration, Instant};

use axum::{
    Router,
    body::{Body, HttpBody as _},
    extract::{MatchedPath, Request},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::{Next, from_fn},
    response::{IntoResponse, Response},
};
use lambda_http::request::RequestContext;
use tokio::time::timeout;

use super::{
    accept::Accepts,
    cached::Cacheable,
    headers::{complete, page_policy},
    problem::Problem,
};
use crate::{
    consumption::metered,
    pages::{Keeping, Page, Site},
};

/// Wraps a function's routes. Unknown addresses, methods that are not allowed, and every [`Problem`] are answered
/// with `application/problem+json` or, for a browser, with a page of the site.
pub fn edge(routes: Router, site: Site) -> Router {
    edge_within(PATIENCE, routes, site)
}

/// The same, for routes that may take up to `patience`.
pub fn edge_within(patience: Duration, routes: Router, site: Site) -> Router {
    routes.layer(from_fn(move |request, next| {
        attend(patience, site.clone(), request, next)
    }))
}

/// Below the functions' ten seconds, so that a slow store leads to a 503 and not to an answer that is cut off.
const PATIENCE: Duration = Duration::from_secs(9);

async fn attend(patience: Duration, site: Site, mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let request_id = request_id(&request);
    let method = request.method().clone();
    let conditions = request.headers().clone();
    let accepts = Accepts::of(request.headers());
    // The route's pattern and never the address itself, which may hold a token.
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "none".to_owned(), |path| path.as_str().to_owned());

    let refused = request.extensions_mut().remove::<Problem>();
    let answered = async {
        match refused {
            Some(problem) => problem.into_response(),
            None => next.run(request).await,
        }
    };
    let (answered, taken) = metered(timeout(patience, answered)).await;
    let mut response = answered.unwrap_or_else(|_| Problem::unavailable().into_response());
    if let Some(problem) = problem_of(&mut response) {
        response = problem.write(accepts, &method, &request_id);
    }
    if let Some(page) = response.extensions_mut().remove::<Page>() {
        response = laid_out(&page, response, &site, (&method, &conditions)).await;
    }
    complete(response.headers_mut(), &request_id);

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

/// Whether the answer to a form may be kept, so that Back leads to it: to ask again would send the form again.
fn is_answered(status: StatusCode) -> bool {
    let kept = [
        StatusCode::CONFLICT,
        StatusCode::UNPROCESSABLE_ENTITY,
        StatusCode::TOO_MANY_REQUESTS,
        StatusCode::SERVICE_UNAVAILABLE,
    ];
    status.is_success() || kept.contains(&status)
}

/// The response with its page, laid out, and with what caches may do with that.
async fn laid_out(
    page: &Page,
    mut response: Response,
    site: &Site,
    (method, conditions): (&Method, &HeaderMap),
) -> Response {
    let shown = site.lay_out(page).await;
    let framed_by: &[String] = if page.is_for_staff() {
        &[]
    } else {
        &shown.framed_by
    };
    let policy = page_policy(page.form_targets(), framed_by);
    if page.keeping() == Keeping::Everybody && response.status() == StatusCode::OK {
        let kept = Cacheable::page(shown.html).answer(conditions);
        let (parts, body) = kept.into_parts();
        *response.status_mut() = parts.status;
        response.headers_mut().extend(parts.headers);
        *response.body_mut() = body;
    } else {
        let control = match page.keeping() {
            // Back shows what was typed, also beside its mistakes.
            Keeping::Browser if is_answered(response.status()) => "private, no-cache",
            _ => "no-store",
        };
        let headers = response.headers_mut();
        let html = HeaderValue::from_static("text/html; charset=utf-8");
        headers.insert(header::CONTENT_TYPE, html);
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(control));
        headers.insert(header::VARY, HeaderValue::from_static("accept"));
        *response.body_mut() = Body::from(shown.html);
    }
    if method == Method::HEAD {
        let length = response.body().size_hint().exact().unwrap_or_default();
        response
            .headers_mut()
            .insert(header::CONTENT_LENGTH, length.into());
        *response.body_mut() = Body::empty();
    }
    if let Some(policy) = policy {
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}
