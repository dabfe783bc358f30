//! Listening on loopback, and serving until the program is told to stop.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::{
    extract::Request,
    http::{StatusCode, header},
    middleware::{Next, from_fn},
    response::{IntoResponse as _, Response},
};
use tokio::{
    net::{TcpListener, TcpSocket},
    sync::watch,
    task::JoinHandle,
};

/// Listens on a port of 127.0.0.1; port 0 takes a free one. Returns the listener and its address.
pub(super) fn bind(port: u16) -> std::io::Result<(TcpListener, String)> {
    let socket = TcpSocket::new_v4()?;
    socket.set_reuseaddr(true)?;
    // Accepted connections inherit it on Linux; without it an answer of two packets waits 40 ms for an
    // acknowledgement.
    socket.set_nodelay(true)?;
    socket.bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))?;
    let listener = socket.listen(1024)?;
    let url = format!("http://{}", listener.local_addr()?);
    Ok((listener, url))
}

/// Serves the routes until `stopped`, to callers who ask for a loopback name: a page of another website could
/// otherwise reach this program through a name that it makes lead to this machine (DNS rebinding).
pub(super) fn serve(
    listener: TcpListener,
    routes: axum::Router,
    stopped: &watch::Receiver<bool>,
) -> JoinHandle<()> {
    let stopped = until(stopped.clone());
    tokio::spawn(async move {
        let routes = routes.layer(from_fn(loopback_only));
        let routes = routes.into_make_service_with_connect_info::<SocketAddr>();
        if let Err(error) = axum::serve(listener, routes)
            .with_graceful_shutdown(stopped)
            .await
        {
            tracing::error!(%error, "a server of the local program stopped");
        }
    })
}

async fn loopback_only(request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST);
    let host = host.and_then(|host| host.to_str().ok());
    if host.is_some_and(is_loopback) {
        return next.run(request).await;
    }
    let title = "This program answers on 127.0.0.1 and localhost only\n";
    (StatusCode::MISDIRECTED_REQUEST, title).into_response()
}

/// Refuses what a page in a browser asks, which says its `Origin`: programs do not, and the embedded engine lets every
/// website read its answers.
pub(super) async fn programs_only(request: Request, next: Next) -> Response {
    if request.headers().contains_key(header::ORIGIN) {
        let title = "This address answers programs, and no pages of websites\n";
        return (StatusCode::FORBIDDEN, title).into_response();
    }
    next.run(request).await
}

/// `localhost`, a name below it (RFC 6761), or a loopback address; with a port or without.
fn is_loopback(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let name = name.to_ascii_lowercase();
    let address = name.trim_start_matches('[').trim_end_matches(']');
    name == "localhost"
        || name.ends_with(".localhost")
        || address
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

/// Ends when the program is told to stop, or was dropped.
pub(super) async fn until(mut stopped: watch::Receiver<bool>) {
    let _ = stopped.wait_for(|stopped| *stopped).await;
}
