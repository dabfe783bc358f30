//! `frontdesk`: run everything on this machine, deploy it, publish, and account for what is stored about people.

mod commands;

use std::{path::PathBuf, process::ExitCode};

use anyhow::{Context as _, Result};
use clap::{Parser, Subcommand};
use frontdesk::openapi;
use shared::{environment::Environment, telemetry};

use crate::commands::{
    agenda, calendar, deploy, erase, export, local, output, publish, timeoff, why,
};

/// Runs and operates the front desk of a small clinic's website
#[derive(Parser)]
#[command(version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    /// The folder with template.yaml, clinic.toml and content [default: the nearest `infra`]
    #[arg(long, global = true, value_name = "DIR")]
    infra: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Command {
    /// Run the whole front desk on this machine (the default)
    Local(local::Local),
    /// Build, deploy, publish and smoke-test a stage on AWS (`infra/deploy` runs this)
    Deploy(deploy::Deploy),
    /// Print the API's description in OpenAPI 3.1
    Openapi,
    /// Check the clinic and the articles, render them and write them to the tables
    Publish(publish::Publish),
    /// Add, list and remove practitioners' time off
    Timeoff(timeoff::TimeOff),
    /// Show a day's visits and time off as a table
    Agenda(agenda::Agenda),
    /// Say which rule offers a start or hides it
    Why(why::Why),
    /// Make, list and revoke links to practitioners' calendars
    Calendar(calendar::Calendar),
    /// Export what is stored about one person, or the messages or the audit trail of a range of days
    Export(export::Export),
    /// Erase everything about one person, after showing it and asking for confirmation
    Erase(erase::Erase),
}

#[tokio::main]
#[expect(
    clippy::print_stderr,
    reason = "an operator reads why it did not work, without a backtrace"
)]
async fn main() -> ExitCode {
    match run(Cli::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(cli: Cli) -> Result<()> {
    let environment = Environment::of_the_process();
    telemetry::readable(&environment);
    let infra = || match &cli.infra {
        Some(folder) => Ok(folder.clone()),
        None => find_infra(&environment),
    };
    match cli
        .command
        .unwrap_or(Command::Local(local::Local::default()))
    {
        Command::Local(options) => local::run(infra()?, options).await,
        Command::Deploy(options) => deploy::run(infra()?, options, &environment).await,
        Command::Openapi => output::write(&openapi::document()?),
        Command::Publish(options) => publish::run(&infra()?, &options, &environment).await,
        Command::Timeoff(options) => timeoff::run(options, &environment).await,
        Command::Agenda(options) => agenda::run(options, &environment).await,
        Command::Why(options) => why::run(options, &environment).await,
        Command::Calendar(options) => calendar::run(options, &environment).await,
        Command::Export(options) => export::export(options, &environment).await,
        Command::Erase(options) => erase::erase(options, &environment).await,
    }
}

/// The nearest `infra` with a template: at or above the current folder, above this package when cargo runs it, or
/// above the program itself.
fn find_infra(environment: &Environment) -> Result<PathBuf> {
    let starts = [
        std::env::current_dir().ok(),
        environment.get("CARGO_MANIFEST_DIR").map(PathBuf::from),
        std::env::current_exe().ok(),
    ];
    starts
        .iter()
        .flatten()
        .flat_map(|start| start.ancestors())
        .map(|folder| folder.join("infra"))
        .find(|infra| infra.join("template.yaml").is_file())
        .context("there is no infra/template.yaml here or above: name the folder with --infra")
}
