//! Listening on loopback, and serving until the program is told to stop.

use std::net::{Ipv4Addr, SocketAddr};

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

/// Serves the routes until `stopped`.
pub(super) fn serve(
    listener: TcpListener,
    routes: axum::Router,
    stopped: &watch::Receiver<bool>,
) -> JoinHandle<()> {
    let stopped = until(stopped.clone());
    tokio::spawn(async move {
        let routes = routes.into_make_service_with_connect_info::<SocketAddr>();
        if let Err(error) = axum::serve(listener, routes)
            .with_graceful_shutdown(stopped)
            .await
        {
            tracing::error!(%error, "a server of the local program stopped");
        }
    })
}

/// Ends when the program is told to stop, or was dropped.
pub(super) async fn until(mut stopped: watch::Receiver<bool>) {
    let _ = stopped.wait_for(|stopped| *stopped).await;
}
