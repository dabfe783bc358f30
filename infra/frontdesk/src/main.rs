//! `frontdesk`: run everything here, deploy it, publish, or give an account of what is stored about people.

mod people;

use std::{path::PathBuf, process::ExitCode};

use anyhow::{Context as _, Result, bail};
use clap::{Args, Parser, Subcommand};
use frontdesk::{
    deploy::{self, deploy},
    local::{self, Options},
    openapi,
    publish::{Content, publish},
};
use jiff::Timestamp;
use shared::{aws::Aws, clock::Clock, environment::Environment, telemetry};

/// The front desk of a small clinic's website, for those who operate it.
#[derive(Parser)]
#[command(version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    /// The folder with template.yaml, clinic.toml, content and site [default: the nearest `infra`]
    #[arg(long, global = true, value_name = "DIR")]
    infra: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Command {
    /// Run the whole front desk on this machine (the default)
    Local(Local),
    /// Build, deploy, publish and try out a stage at AWS (`infra/deploy` runs this)
    Deploy(Deploy),
    /// Print the API's description in OpenAPI 3.1
    Openapi,
    /// Check the clinic and the articles, render them and write them to `DynamoDB`
    Publish(Publish),
    /// Take out what is stored: of one person, or the messages or the audit trail of some days
    Export(people::Export),
    /// Erase everything of one person, after showing what and asking
    Erase(people::Erase),
}

#[derive(Args)]
struct Local {
    /// The port of the site and the API; 0 takes a free one
    #[arg(long, default_value_t = 3000)]
    port: u16,
    /// Where the data lives [default: .frontdesk beside `infra`]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Start empty: delete what the data folder holds
    #[arg(long)]
    fresh: bool,
    /// Set the clock, like 2026-12-01T09:00:00-05:00; it runs on from there
    #[arg(long, value_name = "TIME")]
    now: Option<Timestamp>,
}

#[derive(Args)]
struct Publish {
    /// Only check: write nothing, ask no AWS
    #[arg(long)]
    check: bool,
}

#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
struct Deploy {
    #[command(subcommand)]
    command: Option<DeployCommand>,
    #[command(flatten)]
    stage: Stage,
    /// Only show what would change: build and compare, but change nothing
    #[arg(long)]
    dry_run: bool,
}

#[derive(Subcommand)]
enum DeployCommand {
    /// Take a stage down, after asking twice; its data stays
    Destroy(Stage),
}

#[derive(Args)]
struct Stage {
    /// One of the stages of infra/samconfig.toml
    #[arg(value_name = "STAGE", default_value = "dev")]
    stage: String,
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
    match cli.command.unwrap_or(Command::Local(Local::default())) {
        Command::Local(options) => run_local(infra()?, options).await,
        Command::Deploy(options) => run_deploy(infra()?, options, &environment).await,
        Command::Openapi => people::give(&openapi::document()?),
        Command::Publish(options) => run_publish(infra()?, &options, &environment).await,
        Command::Export(options) => people::export(options, &environment).await,
        Command::Erase(options) => people::erase(options, &environment).await,
    }
}

/// The nearest `infra` with a template: at or above the current folder, this package's when cargo runs
/// it, or above the program itself.
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

#[expect(
    clippy::print_stdout,
    reason = "the addresses are this command's output"
)]
async fn run_local(infra: PathBuf, options: Local) -> Result<()> {
    let beside = infra.parent().unwrap_or(&infra).join(".frontdesk");
    let running = local::start(Options {
        data: options.data.unwrap_or(beside),
        infra,
        port: options.port,
        fresh: options.fresh,
        now: options.now,
    })
    .await?;
    let url = running.url();
    println!("The front desk is open. Everything stays on this machine.\n");
    println!("  site    {url}/");
    println!("  API     {url}/clinic");
    println!("  outbox  {url}/_local/outbox\n");
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

async fn run_deploy(infra: PathBuf, options: Deploy, environment: &Environment) -> Result<()> {
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

#[expect(
    clippy::print_stdout,
    reason = "what was published is this command's output"
)]
async fn run_publish(infra: PathBuf, options: &Publish, environment: &Environment) -> Result<()> {
    let now = Clock::system().now();
    let content = Content::load(&infra, now)?;
    println!(
        "clinic: {}; articles: {}",
        content.clinic.name,
        content.articles.len()
    );
    if options.check {
        println!("Everything is in order; nothing was written.");
        return Ok(());
    }
    if environment.get("AWS_REGION").is_none() {
        bail!(
            "set AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, CLINIC_TABLE and ARTICLES_TABLE"
        );
    }
    let client = Aws::from_environment(environment)?.dynamodb();
    let published = publish(&content, &client, environment, now).await?;
    println!(
        "written: {}; removed: {}; unchanged: {}",
        published.written.len(),
        published.removed.len(),
        published.unchanged
    );
    Ok(())
}
