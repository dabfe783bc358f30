//! What every request gets: an id, one log line, errors in one form, pages in one layout, and its headers.

use std::time::{Duration, Instant};

use axum::{
    Router,
    body::{Body, HttpBody as _},
    extract::{MatchedPath, Request},
    http::{HeaderValue, Method, StatusCode, header},
    middleware::{Next, from_fn},
    response::{IntoResponse, Response},
};
use lambda_http::request::RequestContext;
use tokio::time::timeout;

use super::{
    accept::Accepts,
    cached::Cacheable,
    headers::{complete, page_policy},
    held::{Asked, Held},
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
    let edge = Edge {
        patience,
        site,
        held: Held::default(),
    };
    routes.layer(from_fn(move |request, next| {
        let edge = edge.clone();
        // On the heap: the answer's way through the routes is long.
        async move { Box::pin(edge.attend(request, next)).await }
    }))
}

#[derive(Clone)]
struct Edge {
    patience: Duration,
    site: Site,
    held: Held,
}

/// Below the functions' ten seconds, so that a slow store leads to a 503 and not to an answer that is cut off.
const PATIENCE: Duration = Duration::from_secs(9);

impl Edge {
    async fn attend(&self, request: Request, next: Next) -> Response {
        let started = Instant::now();
        let request_id = request_id(&request);
        let method = request.method().clone();
        // The route's pattern and never the address itself, which may hold a token.
        let route = request
            .extensions()
            .get::<MatchedPath>()
            .map_or_else(|| "none".to_owned(), |path| path.as_str().to_owned());

        let (mut response, taken) = metered(self.answered(request, next, &request_id)).await;
        if method == Method::HEAD {
            without_body(&mut response);
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
            dynamodb.throttled = taken.throttled,
            "answered"
        );
        response
    }

    /// The answer as it is sent, but for the headers that all have.
    async fn answered(&self, request: Request, next: Next, request_id: &str) -> Response {
        let conditions = request.headers().clone();
        let is_refused = request.extensions().get::<Problem>().is_some();
        let asked = Asked::of(&request).filter(|_| !is_refused);
        let held = asked
            .as_ref()
            .and_then(|asked| self.held.find(asked, self.site.now()));
        let mut response = if let Some(response) = held {
            response
        } else {
            let response = self.made(request, next, request_id).await;
            self.hold(asked, &response);
            response
        };
        if let Some(content) = response.extensions_mut().remove::<Cacheable>() {
            content.answer(&conditions, &mut response);
        }
        response
    }

    /// Asks the routes. Problems and pages are written.
    async fn made(&self, mut request: Request, next: Next, request_id: &str) -> Response {
        let method = request.method().clone();
        let accepts = Accepts::of(request.headers());
        let refused = request.extensions_mut().remove::<Problem>();
        let answered = async {
            match refused {
                Some(problem) => problem.into_response(),
                None => next.run(request).await,
            }
        };
        let answered = timeout(self.patience, answered).await;
        let mut response = answered.unwrap_or_else(|_| Problem::unavailable().into_response());
        if let Some(problem) = problem_of(&mut response) {
            response = problem.write(accepts, &method, request_id);
        }
        if let Some(page) = response.extensions_mut().remove::<Page>() {
            response = laid_out(&page, response, &self.site).await;
        }
        response
    }

    fn hold(&self, asked: Option<Asked>, response: &Response) {
        let content = response.extensions().get::<Cacheable>();
        if let (Some(asked), Some(content)) = (asked, content) {
            let headers = response.headers().clone();
            self.held
                .hold(asked, headers, content.clone(), self.site.now());
        }
    }
}

/// What HEAD gets: the headers of GET (RFC 9110 §9.3.2).
fn without_body(response: &mut Response) {
    let length = response.body().size_hint().exact().unwrap_or_default();
    let headers = response.headers_mut();
    if length > 0 {
        headers.insert(header::CONTENT_LENGTH, length.into());
    }
    *response.body_mut() = Body::empty();
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
async fn laid_out(page: &Page, mut response: Response, site: &Site) -> Response {
    let shown = site.lay_out(page).await;
    let framed_by: &[String] = if page.is_for_staff() {
        &[]
    } else {
        &shown.framed_by
    };
    if let Some(policy) = page_policy(page.form_targets(), framed_by) {
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    if page.keeping() == Keeping::Everybody && response.status() == StatusCode::OK {
        let content = Cacheable::page(shown.html).modified_at(page.last_modified());
        response.extensions_mut().insert(content);
        return response;
    }
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
    response
}
