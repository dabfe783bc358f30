//! The website before the API: a request that did not come through it finds nothing, and who asks is
//! what the website says.

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

/// What the website proves itself with.
#[derive(Clone)]
pub(crate) struct OriginKey(String);

impl OriginKey {
    /// `ORIGIN_KEY`; without one, anybody may ask.
    pub(crate) fn from_environment(environment: &Environment) -> Option<Self> {
        environment
            .get("ORIGIN_KEY")
            .map(|key| Self(key.to_owned()))
    }
}

/// Lets a request through that carries the key, as if there were no website in between.
pub(crate) async fn admit(
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
