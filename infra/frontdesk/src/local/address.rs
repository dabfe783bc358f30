//! Where a request comes from. At AWS, API Gateway says so.

use std::net::{IpAddr, SocketAddr};

use axum::{
    extract::{ConnectInfo, Request},
    middleware::Next,
    response::Response,
};
use shared::http::ClientAddress;

/// Notes the sender's address: the last one of `X-Forwarded-For`, so that many senders can be played
/// on one machine, or else the caller's own. Only this machine can call at all.
pub(super) async fn note(
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    mut request: Request,
    next: Next,
) -> Response {
    let forwarded = request
        .headers()
        .get_all("x-forwarded-for")
        .into_iter()
        .next_back()
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.rsplit(',').next())
        .and_then(|address| address.trim().parse().ok());
    let address: IpAddr = forwarded.unwrap_or(peer.ip());
    request.extensions_mut().insert(ClientAddress(address));
    next.run(request).await
}
