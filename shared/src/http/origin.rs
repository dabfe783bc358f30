//! The website in front of the API: a request that did not come through it is answered 404, and the website
//! says from which address it comes.

use std::net::IpAddr;

use axum::{
    extract::{Request, State},
    http::HeaderName,
    middleware::Next,
    response::{IntoResponse, Response},
};
use subtle::ConstantTimeEq as _;

use super::{address::ClientAddress, problem::Problem};
use crate::environment::Environment;

const KEY: HeaderName = HeaderName::from_static("x-origin-key");
const VIEWER: HeaderName = HeaderName::from_static("x-viewer-address");

/// The secret by which the website is known.
#[derive(Clone)]
pub(crate) struct OriginKey(String);

impl OriginKey {
    /// `ORIGIN_KEY`; without one, every request is let through.
    pub(crate) fn from_environment(environment: &Environment) -> Option<Self> {
        environment
            .get("ORIGIN_KEY")
            .map(|key| Self(key.to_owned()))
    }
}

/// Lets a request through that carries the key, and takes the sender's address from the website.
pub(crate) async fn require_origin_key(
    State(key): State<OriginKey>,
    mut request: Request,
    next: Next,
) -> Response {
    let (shown, viewer) = {
        let headers = request.headers_mut();
        (headers.remove(KEY), headers.remove(VIEWER))
    };
    let known = shown.is_some_and(|shown| shown.as_bytes().ct_eq(key.0.as_bytes()).into());
    if !known {
        return Problem::not_found().into_response();
    }
    let viewer = viewer.and_then(|viewer| viewer.to_str().ok()?.parse::<IpAddr>().ok());
    if let Some(viewer) = viewer {
        request.extensions_mut().insert(ClientAddress(viewer));
    }
    next.run(request).await
}
