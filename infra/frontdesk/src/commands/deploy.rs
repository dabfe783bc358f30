//! `frontdesk deploy` and `frontdesk deploy destroy`.

use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, Subcommand};
use frontdesk::deploy::{self, deploy};
use shared::environment::Environment;

#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Deploy {
    #[command(subcommand)]
    command: Option<DeployCommand>,
    #[command(flatten)]
    stage: Stage,
    /// Only show what would change: build and compare, without changing the stack
    #[arg(long)]
    dry_run: bool,
}

#[derive(Subcommand)]
enum DeployCommand {
    /// Ask twice, then take a stage down; its data stays
    Destroy(Stage),
}

#[derive(Args)]
struct Stage {
    /// One of the stages of infra/samconfig.toml
    #[arg(value_name = "STAGE", default_value = "dev")]
    stage: String,
}

pub(crate) async fn run(infra: PathBuf, options: Deploy, environment: &Environment) -> Result<()> {
    let Deploy {
        command,
        stage,
        dry_run,
    } = options;
    let wanted = |Stage { stage }: Stage| deploy::Options {
        infra,
        stage,
        dry_run,
    };
    match command {
        Some(DeployCommand::Destroy(stage)) => deploy::destroy(&wanted(stage), environment),
        None => deploy(&wanted(stage), environment).await,
    }
}
