//! `frontdesk deploy`, which is what `infra/deploy` runs: from a clone to a running front desk.
//!
//! `cargo lambda` builds, `sam` deploys, and `aws` answers questions and uploads files. This module has their
//! order, their arguments, and what to say when one fails.

mod account;
mod credentials;
mod declared;
mod destroy;
mod outputs;
mod parameters;
mod remaining;
mod revision;
mod settings;
mod site;
mod smoke;
mod stack;
mod steps;
mod tools;

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use articles::Published;
use serde::Deserialize;
use shared::{aws::Aws, clock::Clock, environment::Environment};

pub use destroy::destroy;
pub use settings::Settings;

use self::{
    outputs::Outputs,
    stack::Stack,
    steps::{During as _, Step, say},
    tools::{cargo_lambda, sam},
};
use crate::publish::{Content, Publication, bar, overdue, publish, publish_articles};

/// What is to be deployed.
#[derive(Clone, Debug)]
pub struct Options {
    /// The folder with template.yaml, samconfig.toml, clinic.toml and content.
    pub infra: PathBuf,
    pub stage: String,
    /// Whether only to show what would change.
    pub dry_run: bool,
    pub functions: Functions,
}

/// Where the functions come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Functions {
    /// They are built before anything is deployed.
    FromSource,
    /// They are in `infra/.build` already.
    Built,
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
    let (content, settings, environment) = prepare(options, environment).during(Step::Prepare)?;
    let stack = Stack::new(&settings);
    if options.functions == Functions::FromSource {
        say("building the functions");
        build(options, &settings).during(Step::Build)?;
    }
    say("validating the template");
    validate(options, &settings).during(Step::Validate)?;
    let parameters = parameters::complete(&settings, &stack, &content.clinic);
    let parameters = parameters.during(Step::Validate)?;
    revision::write(&options.infra, &parameters).during(Step::Build)?;
    if options.dry_run {
        let shown = stack.show_changes(&options.infra, &parameters);
        return shown.during(Step::Validate);
    }
    let ahead = publish_ahead(&stack, &environment, &content).await;
    let ahead = ahead.during(Step::PublishAhead)?;
    say("deploying the stack");
    let deployed = stack.deploy(&options.infra, &parameters);
    let stack_changed = deployed.during(Step::Deploy)?;
    let outputs = stack.outputs().during(Step::Publish)?;
    let tables = outputs::with_tables(&environment, &outputs).during(Step::Publish)?;
    say("publishing the clinic and its articles");
    let published = publish_to(&tables, &content).await.during(Step::Publish)?;
    if let Some(warning) = published.warning(&content.clinic) {
        say(&warning);
    }
    let articles_changed = ahead.is_some_and(|ahead| ahead.is_change());
    let changed = stack_changed || articles_changed || published.is_change();
    if changed {
        site::clear_cache(&settings, &outputs).during(Step::Clear)?;
    }
    say("trying it out");
    let tried = smoke::test(&outputs, &content, &tables).await;
    tried.during(Step::Try)?;
    say(&summary(&outputs, changed));
    let today = content.clinic.local_date(Clock::system().now());
    content
        .overdue(today)
        .for_each(|entry| say(&overdue(entry)));
    let operator = declared::value(&parameters, "OperatorEmail").unwrap_or_default();
    let notes = remaining::find(&stack, &content.clinic, &outputs, operator);
    for note in notes {
        say(&format!("note: {note}"));
    }
    Ok(())
}

/// Finds everything that can be wrong before anything is built. AWS is only asked whose account it is.
fn prepare(
    options: &Options,
    environment: &Environment,
) -> Result<(Content, Settings, Environment)> {
    tools::check(match options.functions {
        Functions::FromSource => &["sam", "aws", "cargo"],
        Functions::Built => &["sam", "aws"],
    })?;
    let content = Content::load(&options.infra)?;
    let settings = Settings::read(&options.infra, &options.stage, environment)?;
    let who: Caller = tools::aws(&settings.region, &["sts", "get-caller-identity"])
        .context("AWS does not say whose account this is: check AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and the network")?;
    say(&format!(
        "{}: the stack {} in {}, account {}",
        options.stage, settings.stack_name, settings.region, who.account
    ));
    let environment = credentials::find(environment, &settings)?;
    Ok((content, settings, environment))
}

/// Builds the functions of the template, each into a folder of its own under `.build`.
fn build(options: &Options, settings: &Settings) -> Result<()> {
    let workspace = options
        .infra
        .parent()
        .context("the folder infra is not in a workspace")?;
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

fn validate(options: &Options, settings: &Settings) -> Result<()> {
    let Settings { stage, region, .. } = settings;
    sam(&options.infra, stage, region, &["validate", "--lint"])
}

async fn publish_to(tables: &Environment, content: &Content) -> Result<Publication> {
    let client = Aws::from_environment(tables)?.dynamodb();
    publish(content, &client, tables, Clock::system().now(), &bar()).await
}

/// Publishes the articles for the new functions and for those that still run. `None` in a first deployment, which has
/// no tables yet.
async fn publish_ahead(
    stack: &Stack<'_>,
    environment: &Environment,
    content: &Content,
) -> Result<Option<Published>> {
    let outputs = stack.outputs()?;
    let Some(table) = outputs.get("ArticlesTableName") else {
        return Ok(None);
    };
    let tables = environment.with(vec![("ARTICLES_TABLE", table.clone())]);
    say("publishing the articles beside the functions that run now");
    let client = Aws::from_environment(&tables)?.dynamodb();
    let now = Clock::system().now();
    let published = publish_articles(content, &client, &tables, now, &bar()).await?;
    published.lines().iter().for_each(|line| say(line));
    Ok(Some(published))
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
