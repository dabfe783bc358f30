//! `frontdesk deploy`, which is what `infra/deploy` runs: from a clone to a running front desk.
//!
//! `cargo lambda` builds, `sam` deploys, `aws` asks and uploads. Here is their order, what each is given,
//! and what to say when one fails.

mod credentials;
mod destroy;
mod open_ends;
mod revision;
mod settings;
mod site;
mod smoke;
mod stack;
mod steps;
mod tools;

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use serde::Deserialize;
use shared::{aws::Aws, clock::Clock, environment::Environment};

pub use destroy::destroy;
pub use settings::Settings;

use self::{
    stack::{Outputs, Stack},
    steps::{Step, failed, say},
    tools::{cargo_lambda, sam},
};
use crate::publish::{Content, publish};

/// What is to be deployed.
#[derive(Clone, Debug)]
pub struct Options {
    /// The folder with template.yaml, samconfig.toml, clinic.toml, content and site.
    pub infra: PathBuf,
    /// Which of samconfig.toml's stages.
    pub stage: String,
    /// Whether only to show what would change.
    pub dry_run: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Caller {
    account: String,
}

/// Builds, deploys, publishes and tries out.
///
/// # Errors
/// When a step fails: which, what is in place then, and what to do.
pub async fn deploy(options: &Options, environment: &Environment) -> Result<()> {
    let now = Clock::system().now();
    let prepared = prepare(options, environment);
    let (content, settings, environment) =
        prepared.map_err(|error| failed(Step::Prepare, &error))?;
    let stack = Stack::new(&settings);

    say("building the functions");
    build(options, &settings).map_err(|error| failed(Step::Build, &error))?;
    say("validating the template");
    sam(&options.infra, &settings, &["validate", "--lint"])
        .map_err(|error| failed(Step::Validate, &error))?;
    let parameters = settings.complete(&stack, &content.clinic);
    let parameters = parameters.map_err(|error| failed(Step::Validate, &error))?;
    let stamped = revision::write(&options.infra, &parameters);
    stamped.map_err(|error| failed(Step::Build, &error))?;
    if options.dry_run {
        return stack
            .show_changes(&options.infra, &parameters)
            .map_err(|error| failed(Step::Validate, &error));
    }
    say("deploying the stack");
    let deployed = stack.deploy(&options.infra, &parameters);
    let stack_changed = deployed.map_err(|error| failed(Step::Deploy, &error))?;
    let outputs = stack.outputs();
    let outputs = outputs.map_err(|error| failed(Step::Publish, &error))?;

    say("publishing the clinic and its articles");
    let tables = credentials::with_tables(&environment, &outputs);
    let tables = tables.map_err(|error| failed(Step::Publish, &error))?;
    let published = async {
        let client = Aws::from_environment(&tables)?.dynamodb();
        publish(&content, &client, &tables, now).await
    };
    let published = published.await;
    let published = published.map_err(|error| failed(Step::Publish, &error))?;
    let uploaded = site::upload(&options.infra, &settings, &outputs, published.is_change());
    let uploaded = uploaded.map_err(|error| failed(Step::Upload, &error))?;

    let changed = stack_changed || published.is_change() || uploaded > 0;
    say("trying it out");
    let tried = smoke::test(&outputs, &content, &tables, changed).await;
    tried.map_err(|error| failed(Step::Try, &error))?;
    say(&summary(&outputs, changed));
    let open = open_ends::find(&stack, &content.clinic, &outputs);
    let open =
        open.unwrap_or_else(|error| vec![format!("AWS did not say what is left to do: {error:#}")]);
    for note in open {
        say(&format!("note: {note}"));
    }
    Ok(())
}

/// Everything that can be wrong without asking AWS for anything but who is asking.
fn prepare(
    options: &Options,
    environment: &Environment,
) -> Result<(Content, Settings, Environment)> {
    tools::check(&["sam", "aws", "cargo"])?;
    let content = Content::load(&options.infra, Clock::system().now())?;
    let settings = Settings::read(&options.infra, &options.stage, environment)?;
    let who: Caller = tools::aws(&settings.region, &["sts", "get-caller-identity"])
        .context("AWS does not say who is asking: check AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and the network")?;
    say(&format!(
        "{}: the stack {} in {}, account {}",
        options.stage, settings.stack_name, settings.region, who.account
    ));
    let environment = credentials::find(environment, &settings)?;
    Ok((content, settings, environment))
}

/// The functions of the template, each in a folder of its own under `.build`.
fn build(options: &Options, settings: &Settings) -> Result<()> {
    let workspace = options
        .infra
        .parent()
        .context("infra stands in no workspace")?;
    let target = match settings.architecture.as_str() {
        "x86_64" => "--x86-64",
        _ => "--arm64",
    };
    let mut arguments = vec!["build", "--release", "--locked", target];
    for package in ["contact", "booking", "articles", "mailer"] {
        arguments.extend(["--package", package]);
    }
    arguments.extend(["--lambda-dir", "infra/.build"]);
    cargo_lambda(workspace, &arguments)
}

fn summary(outputs: &Outputs, changed: bool) -> String {
    let what = if changed {
        "The front desk is deployed, and answers."
    } else {
        "Nothing has changed, so nothing was done; the front desk answers."
    };
    let line = |(name, label): (&str, &str)| {
        let value = outputs.get(name)?;
        Some(format!("\n  {label:<10}{value}"))
    };
    let addresses = [
        ("PublicAddress", "API"),
        ("SiteAddress", "site"),
        ("SiteTarget", "lead to"),
        ("DashboardAddress", "dashboard"),
    ];
    let addresses: String = addresses.into_iter().filter_map(line).collect();
    format!("{what}\n{addresses}\n")
}
