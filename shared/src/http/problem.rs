//! Problems (RFC 9457): every error that leaves the front desk.
//!
//! A handler answers with a [`Problem`]; the edge gives it the request's id and writes it as
//! `application/problem+json`, or as a page for a browser.

use std::{borrow::Cow, collections::BTreeMap};

use axum::{
    body::Body,
    http::{Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use maud::{Markup, PreEscaped, html};
use serde::Serialize;
use serde_json::Value;
use utoipa::{ToResponse, ToSchema};

use super::accept::Accepts;
use crate::{
    clinic::ClinicError,
    pages::Page,
    store,
    telemetry::Causes,
    values::{Code, Invalid},
};

/// The contract's limit for the bad fields of an answer.
const MOST_ERRORS: usize = 20;

/// Where the problem types are described.
const TYPES: &str = "https://frontdesk.example/problems/";

#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldError {
    /// The field's name; the name of a nested field is dotted.
    pub field: Cow<'static, str>,
    /// For programs; `message` is for people.
    pub code: Code,
    /// For people: what to do.
    pub message: String,
}

/// A problem as it is written. The operators' program describes it in the OpenAPI document, since it knows
/// the kinds of all functions.
#[derive(Serialize, ToSchema, ToResponse)]
#[response(content_type = "application/problem+json")]
pub struct ProblemDocument<'a> {
    r#type: String,
    title: &'a str,
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'a str>,
    instance: String,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [FieldError],
    #[serde(flatten)]
    #[schema(value_type = Object)]
    extensions: &'a BTreeMap<&'static str, Value>,
}

/// An error as its caller reads it. It never repeats what the caller sent.
#[derive(Clone, Debug)]
pub struct Problem(Box<Parts>);

/// Boxed, so that a `Result` with a problem stays small.
#[derive(Clone, Debug)]
struct Parts {
    status: StatusCode,
    kind: &'static str,
    title: Cow<'static, str>,
    detail: Option<String>,
    errors: Vec<FieldError>,
    extensions: BTreeMap<&'static str, Value>,
    retry_after_seconds: Option<u32>,
    allow: Option<header::HeaderValue>,
    /// Added to the plain page of this problem.
    content: Option<String>,
    /// Shown instead of the plain page.
    page: Option<Page>,
}

impl Problem {
    /// A problem of this kind, which is the last part of its `type`.
    pub fn new(
        status: StatusCode,
        kind: &'static str,
        title: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self(Box::new(Parts {
            status,
            kind,
            title: title.into(),
            detail: None,
            errors: Vec::new(),
            extensions: BTreeMap::new(),
            retry_after_seconds: None,
            allow: None,
            content: None,
            page: None,
        }))
    }

    /// 400: not JSON, not a form, a broken query string.
    pub fn malformed(title: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "malformed", title)
    }

    /// 404: also for a forged, expired or foreign link, so that nobody can tell them apart.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", "There is nothing here")
    }

    /// 405: the address takes the methods in `allow` only.
    #[must_use]
    pub fn method_not_allowed(allow: &'static str) -> Self {
        let allow = header::HeaderValue::from_static(allow);
        Self::of_status(StatusCode::METHOD_NOT_ALLOWED, Some(allow))
    }

    #[must_use]
    pub fn too_large() -> Self {
        let title = "This is too much at once: send at most 16 KiB, or 64 KiB as a multipart form";
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", title)
    }

    /// 415: a media type that is not supported.
    #[must_use]
    pub fn unsupported_media_type() -> Self {
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported_media_type",
            "Send application/json, application/x-www-form-urlencoded or multipart/form-data",
        )
    }

    /// 422: every bad field at once, at most 20.
    #[must_use]
    pub fn invalid(errors: Vec<FieldError>) -> Self {
        let mut problem = Self::unprocessable("invalid", "Some fields need another look");
        problem.0.errors = errors;
        problem.0.errors.truncate(MOST_ERRORS);
        problem
    }

    /// The bad fields of both problems if they are of the same kind; otherwise the first problem.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        if self.kind() == other.kind() {
            self.0.errors.extend(other.0.errors);
            self.0.errors.truncate(MOST_ERRORS);
        }
        self
    }

    /// 422 of the given kind.
    pub fn unprocessable(kind: &'static str, title: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, kind, title)
    }

    /// 429: the caller may try again after so many seconds.
    #[must_use]
    pub fn too_many_requests(
        title: impl Into<Cow<'static, str>>,
        retry_after_seconds: u32,
    ) -> Self {
        let mut problem = Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many_requests", title);
        problem.0.retry_after_seconds = Some(retry_after_seconds);
        problem
    }

    /// 503: the same request may be sent again after two seconds. With the same key or body it stores one
    /// thing, whatever became of this try.
    #[must_use]
    pub fn unavailable() -> Self {
        let title = "This is not working at the moment: please try again";
        let mut problem = Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", title);
        problem.0.retry_after_seconds = Some(2);
        problem
    }

    /// Adds a sentence about this occurrence.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.0.detail = Some(detail.into());
        self
    }

    /// Adds a member to the document (RFC 9457 §3.2), and what the plain page shows of it.
    #[must_use]
    pub fn with_extension(
        mut self,
        name: &'static str,
        value: impl Serialize,
        content: Markup,
    ) -> Self {
        let value = serde_json::to_value(value).unwrap_or_default();
        self.0.extensions.insert(name, value);
        self.0.content = Some(content.into_string());
        self
    }

    /// Adds a member to the document (RFC 9457 §3.2) that only programs read.
    #[must_use]
    pub fn with_member(mut self, name: &'static str, value: impl Serialize) -> Self {
        let value = serde_json::to_value(value).unwrap_or_default();
        self.0.extensions.insert(name, value);
        self
    }

    /// Shows a browser this page instead of the plain one, like the form with its errors.
    #[must_use]
    pub fn with_page(mut self, page: Page) -> Self {
        self.0.page = Some(page);
        self
    }

    /// Whether a browser is shown a page of its own.
    #[must_use]
    pub fn has_page(&self) -> bool {
        self.0.page.is_some()
    }

    #[must_use]
    pub fn errors(&self) -> &[FieldError] {
        &self.0.errors
    }

    /// What happened, in a sentence.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.0.title
    }

    /// The sentence about this occurrence.
    #[must_use]
    pub fn detail(&self) -> Option<&str> {
        self.0.detail.as_deref()
    }

    /// What happened and what to do, as a page says it.
    #[must_use]
    pub fn sentence(&self) -> String {
        let errors = self.0.errors.iter().map(|error| error.message.as_str());
        let title = Some(self.title()).filter(|_| self.0.errors.is_empty());
        let mut parts: Vec<&str> = title.into_iter().chain(errors).collect();
        parts.extend(
            self.0
                .detail
                .as_deref()
                .map(|detail| detail.trim_end_matches('.')),
        );
        format!("{}.", parts.join(". "))
    }

    /// How many seconds the caller should wait, if the problem says so.
    #[must_use]
    pub fn retry_after_seconds(&self) -> Option<u32> {
        self.0.retry_after_seconds
    }

    /// The last part of its `type`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        self.0.kind
    }

    /// The problem for a status that the router answered without a body.
    pub(super) fn of_status(status: StatusCode, allow: Option<header::HeaderValue>) -> Self {
        match status {
            StatusCode::NOT_FOUND => Self::not_found(),
            StatusCode::METHOD_NOT_ALLOWED => {
                let title = "This address does not take that method";
                let mut problem = Self::new(status, "method_not_allowed", title);
                problem.0.allow = allow;
                problem
            }
            StatusCode::PAYLOAD_TOO_LARGE => Self::too_large(),
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Self::unsupported_media_type(),
            StatusCode::SERVICE_UNAVAILABLE => Self::unavailable(),
            status if status.is_server_error() => {
                Self::new(status, "internal", "Something went wrong on our side")
            }
            status => Self::new(status, "malformed", "This request cannot be read"),
        }
    }

    /// Writes the problem out for the request with this id.
    pub(super) fn write(&self, accepts: Accepts, method: &Method, request_id: &str) -> Response {
        let mut response = match accepts {
            Accepts::Json => self.json(request_id),
            Accepts::Html => match self.0.page.clone() {
                Some(page) => page.into_response(),
                None => self.html(method, request_id).into_response(),
            },
        };
        *response.status_mut() = self.0.status;
        let headers = response.headers_mut();
        headers.insert(
            header::CACHE_CONTROL,
            header::HeaderValue::from_static("no-store"),
        );
        if let Some(seconds) = self.0.retry_after_seconds {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        if let Some(allow) = self.0.allow.clone() {
            headers.insert(header::ALLOW, allow);
        }
        response
    }

    fn json(&self, request_id: &str) -> Response {
        let document = ProblemDocument {
            r#type: format!("{TYPES}{}", self.0.kind),
            title: &self.0.title,
            status: self.0.status.as_u16(),
            detail: self.0.detail.as_deref(),
            instance: format!("urn:request:{request_id}"),
            errors: &self.0.errors,
            extensions: &self.0.extensions,
        };
        let body = serde_json::to_vec(&document).unwrap_or_default();
        ([(header::CONTENT_TYPE, "application/problem+json")], body).into_response()
    }

    fn html(&self, method: &Method, request_id: &str) -> Page {
        Page::new(
            &self.0.title,
            &html! {
                @if let Some(detail) = &self.0.detail { p { (detail) } }
                @if !self.0.errors.is_empty() {
                    ul {
                        @for error in &self.0.errors {
                            li { strong { (error.field) } ": " (error.message) }
                        }
                    }
                }
                @if let Some(content) = &self.0.content { (PreEscaped(content)) }
                @if *method == Method::POST && typed_in_vain(self.0.status) {
                    p { "Nothing was stored. Go back with your browser’s back button: what you typed is still there." }
                }
                p.small { "Request " (request_id) }
            },
        )
        .with_ways_on()
    }
}

/// Whether somebody has filled in a form that was refused.
fn typed_in_vain(status: StatusCode) -> bool {
    let elsewhere = [StatusCode::NOT_FOUND, StatusCode::METHOD_NOT_ALLOWED];
    status.is_client_error() && !elsewhere.contains(&status)
}

/// The cause is logged here, once; the caller reads nothing of it.
impl From<store::Error> for Problem {
    fn from(error: store::Error) -> Self {
        tracing::error!(error = %Causes(&error), "the store cannot be asked");
        Self::unavailable()
    }
}

/// 503: the next request tries again.
impl From<ClinicError> for Problem {
    fn from(error: ClinicError) -> Self {
        tracing::error!(error = %Causes(&error), "there is no clinic to answer for");
        Self::unavailable()
    }
}

impl From<Vec<(Cow<'static, str>, Invalid)>> for Problem {
    fn from(errors: Vec<(Cow<'static, str>, Invalid)>) -> Self {
        let error = |(field, invalid): (_, Invalid)| FieldError {
            field,
            code: invalid.code,
            message: invalid.message,
        };
        Self::invalid(errors.into_iter().map(error).collect())
    }
}

/// The edge finds the problem in the response's extensions and writes it out.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = self.0.status;
        response.extensions_mut().insert(self);
        response
    }
}
