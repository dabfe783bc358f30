//! The website in front of the API. `CloudFront` sends a key and the visitor's address with each request. A request
//! without a valid key came to the API's own address: it is served unless `DIRECT_ADDRESS` is `closed`, else answered
//! 404.

use std::net::IpAddr;

use axum::{
    extract::{Request, State},
    http::HeaderName,
    middleware::Next,
    response::Response,
};
use subtle::ConstantTimeEq as _;

use super::{address::ClientAddress, problem::Problem};
use crate::environment::Environment;

const KEY: HeaderName = HeaderName::from_static("x-origin-key");
const VIEWER: HeaderName = HeaderName::from_static("x-viewer-address");
/// What is shorter is no key: the place of the former key has a dash until there is one.
const SHORTEST: usize = 32;

/// How a request from the website is known.
#[derive(Clone)]
pub(crate) struct Origin {
    keys: Vec<String>,
    /// Whether requests to the API's own address are served, too.
    serves_direct: bool,
}

impl Origin {
    /// Reads `ORIGIN_KEYS`, separated by commas, and `DIRECT_ADDRESS`. `None` without `ORIGIN_KEYS`: there is no
    /// website, and every request is served. Keys shorter than [`SHORTEST`] are ignored.
    pub(crate) fn from_environment(environment: &Environment) -> Option<Self> {
        let keys = environment.get("ORIGIN_KEYS")?.split(',');
        let direct = environment.get("DIRECT_ADDRESS").unwrap_or("closed");
        Some(Self {
            keys: keys
                .filter(|key| key.len() >= SHORTEST)
                .map(str::to_owned)
                .collect(),
            serves_direct: direct != "closed",
        })
    }

    fn knows(&self, shown: &[u8]) -> bool {
        let same = |key: &String| bool::from(shown.ct_eq(key.as_bytes()));
        self.keys.iter().any(same)
    }
}

/// Takes the sender's address from a request of the website. Others are refused unless they may come directly: the edge
/// answers them with the problem, and asks no route.
pub(crate) async fn check_origin(
    State(origin): State<Origin>,
    mut request: Request,
    next: Next,
) -> Response {
    let (shown, viewer) = {
        let headers = request.headers_mut();
        (headers.remove(KEY), headers.remove(VIEWER))
    };
    let is_known = shown.is_some_and(|shown| origin.knows(shown.as_bytes()));
    let viewer = viewer.filter(|_| is_known);
    let viewer = viewer.and_then(|viewer| viewer.to_str().ok()?.parse::<IpAddr>().ok());
    if let Some(viewer) = viewer {
        request.extensions_mut().insert(ClientAddress(viewer));
    }
    if !is_known && !origin.serves_direct {
        request.extensions_mut().insert(Problem::not_found());
    }
    next.run(request).await
}
