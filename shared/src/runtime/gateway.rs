//! Events of API Gateway (payload format 2.0), cleaned before `lambda_http` sees them.
//!
//! `lambda_http` panics or fails on events that are not clean, and a function that fails gives its caller a bare 500.
//! Callers decide much of what is in an event: paths, query strings, headers and bodies. So only what is checked here
//! is passed on, and an event that cannot be one is answered 400.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>

use std::convert::Infallible;

use axum::{
    Router,
    body::{Body, Bytes},
    http::{HeaderMap, HeaderName, HeaderValue, Method, Response, header},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use lambda_http::{
    Adapter, LambdaEvent, Service, aws_lambda_events::apigw::ApiGatewayV2httpRequest,
    request::LambdaRequest, service_fn,
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde_json::{Value, json};

use crate::http::Problem;

/// Everything but what may stand in a path as it is (RFC 3986 §3.3). Percent signs stay: they belong to what is
/// encoded already.
const NOT_IN_PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=')
    .remove(b':')
    .remove(b'@')
    .remove(b'/')
    .remove(b'%');
/// The same for a query string (RFC 3986 §3.4).
const NOT_IN_QUERY: &AsciiSet = &NOT_IN_PATH.remove(b'?');

/// A request as the gateway passed it on, checked.
struct Checked {
    event: LambdaRequest,
    headers: HeaderMap,
    body: Bytes,
}

/// Answers an event with these routes, which are behind the [`edge`](crate::http::edge) already.
///
/// # Errors
/// Never: whatever the event is, the answer is one that the gateway can pass on.
pub async fn answer(
    routes: Router,
    event: LambdaEvent<Value>,
) -> Result<impl Serialize, Infallible> {
    let LambdaEvent { payload, context } = event;
    let (request, refused) = match checked(&payload) {
        Ok(request) => (request, None),
        Err(problem) => (unread(&payload), Some(problem)),
    };
    let Checked {
        event,
        headers,
        body,
    } = request;
    let serve = service_fn(move |request: lambda_http::Request| {
        let (mut parts, _) = request.into_parts();
        parts.headers = headers.clone();
        // The edge answers with it, and asks no route.
        if let Some(problem) = refused.clone() {
            parts.extensions.insert(problem);
        }
        let request = axum::http::Request::from_parts(parts, Body::from(body.clone()));
        let mut routes = routes.clone();
        async move { routes.call(request).await as Result<Response<Body>, Infallible> }
    });
    Adapter::from(serve)
        .call(LambdaEvent::new(event, context))
        .await
}

fn checked(event: &Value) -> Result<Checked, Problem> {
    let odd = || Problem::malformed("This request cannot be read");
    let text = |pointer| event.pointer(pointer).and_then(Value::as_str);
    let method = text("/requestContext/http/method").ok_or_else(odd)?;
    let method: Method = method.parse().map_err(|_| odd())?;
    let path = text("/rawPath").filter(|path| path.starts_with('/'));
    let path = path.ok_or_else(odd)?;
    let query = text("/rawQueryString").unwrap_or_default();
    let body = match (event.get("body"), event.get("isBase64Encoded")) {
        (None | Some(Value::Null), _) => Bytes::new(),
        (Some(Value::String(body)), Some(Value::Bool(true))) => {
            STANDARD.decode(body).map_err(|_| odd())?.into()
        }
        (Some(Value::String(body)), _) => body.clone().into(),
        (Some(_), _) => return Err(odd()),
    };
    Ok(Checked {
        event: request(&method, path, query, event).ok_or_else(odd)?,
        headers: headers(event),
        body,
    })
}

/// The event with what was checked, and nothing else. The host and the scheme are left out: `lambda_http` would make
/// an address of them, and panic if it is none.
fn request(method: &Method, path: &str, query: &str, event: &Value) -> Option<LambdaRequest> {
    let text = |pointer| event.pointer(pointer).and_then(Value::as_str);
    let clean = json!({
        "rawPath": utf8_percent_encode(path, NOT_IN_PATH).to_string(),
        "rawQueryString": utf8_percent_encode(query, NOT_IN_QUERY).to_string(),
        "requestContext": {
            "http": { "method": method.as_str(), "sourceIp": text("/requestContext/http/sourceIp") },
            "requestId": text("/requestContext/requestId"),
        },
        "isBase64Encoded": false,
    });
    serde_json::from_value(clean)
        .ok()
        .map(LambdaRequest::ApiGatewayV2)
}

/// The headers that have a name and a value as HTTP wants them (RFC 9110 §5), and the cookies, which the gateway
/// passes on apart from them. What is no header is dropped.
fn headers(event: &Value) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let pairs = event.get("headers").and_then(Value::as_object);
    for (name, value) in pairs.into_iter().flatten() {
        let name = name.parse::<HeaderName>();
        let value = value
            .as_str()
            .map(|value| HeaderValue::from_bytes(value.as_bytes()));
        if let (Ok(name), Some(Ok(value))) = (name, value) {
            headers.insert(name, value);
        }
    }
    let cookies = event.get("cookies").and_then(Value::as_array);
    let cookies: Vec<&str> = cookies
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    if let Ok(cookies) = HeaderValue::from_str(&cookies.join("; "))
        && !cookies.is_empty()
    {
        headers.insert(header::COOKIE, cookies);
    }
    headers
}

/// A request in the place of one that cannot be read, to be answered with a problem in the same way. It keeps the
/// id and, for the language of the answer, the headers.
fn unread(event: &Value) -> Checked {
    let request = request(&Method::GET, "/", "", event);
    Checked {
        event: request
            .unwrap_or_else(|| LambdaRequest::ApiGatewayV2(ApiGatewayV2httpRequest::default())),
        headers: headers(event),
        body: Bytes::new(),
    }
}
