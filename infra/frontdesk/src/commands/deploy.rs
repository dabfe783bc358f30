//! `frontdesk deploy` and `frontdesk deploy destroy`.

use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, Subcommand};
use frontdesk::deploy::{self, Functions, deploy};
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
    /// Deploy what `cargo lambda` has built into infra/.build, without building anything
    #[arg(long)]
    built: bool,
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
        built,
    } = options;
    let wanted = |Stage { stage }: Stage| deploy::Options {
        infra,
        stage,
        dry_run,
        functions: if built {
            Functions::Built
        } else {
            Functions::FromSource
        },
    };
    match command {
        Some(DeployCommand::Destroy(stage)) => deploy::destroy(&wanted(stage), environment),
        None => deploy(&wanted(stage), environment).await,
    }
}
