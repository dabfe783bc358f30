//! `frontdesk local`.

use std::{path::PathBuf, sync::Arc};

use anyhow::Result;
use clap::Args;
use frontdesk::{
    local::{self, Options},
    publish::Content,
};
use jiff::Timestamp;

#[derive(Args)]
pub(crate) struct Local {
    /// The port of the pages and the API; 0 picks a free one
    #[arg(long, default_value_t = 3000)]
    port: u16,
    /// Where the data lives [default: .frontdesk beside `infra`]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Start empty: delete what the data folder holds
    #[arg(long)]
    fresh: bool,
    /// Start the clock at this time, like 2026-12-01T09:00:00-05:00
    #[arg(long, value_name = "TIME")]
    now: Option<Timestamp>,
}

impl Default for Local {
    fn default() -> Self {
        Self {
            port: 3000,
            data: None,
            fresh: false,
            now: None,
        }
    }
}

#[expect(
    clippy::print_stdout,
    reason = "the addresses are this command's output"
)]
pub(crate) async fn run(infra: PathBuf, options: Local) -> Result<()> {
    let beside = infra.parent().unwrap_or(&infra).join(".frontdesk");
    let running = local::start(Options {
        content: Arc::new(Content::load(&infra)?),
        data: options.data.unwrap_or(beside),
        infra,
        port: options.port,
        fresh: options.fresh,
        now: options.now,
    })
    .await?;
    let url = running.url();
    println!("The front desk is open. Everything stays on this machine.\n");
    println!("  pages   {url}/");
    println!("  API     {url}/clinic");
    println!("  outbox  {url}/_local/outbox");
    for address in running.previews() {
        println!("  preview {address}");
    }
    println!();
    println!("listening on {url}");
    println!("Stop it with Ctrl-C.");
    stop_signal().await?;
    println!("Closing.");
    running.stop().await;
    Ok(())
}

#[cfg(unix)]
async fn stop_signal() -> Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted?,
        _ = terminate.recv() => {}
    }
    Ok(())
}

#[cfg(not(unix))]
async fn stop_signal() -> Result<()> {
    Ok(tokio::signal::ctrl_c().await?)
}
