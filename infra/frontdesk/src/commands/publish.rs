//! `frontdesk publish`.

use std::path::Path;

use anyhow::{Result, bail};
use clap::Args;
use frontdesk::publish::{Content, bar, overdue, previews, publish};
use shared::{aws::Aws, clock::Clock, environment::Environment, link::LinkKeys};

#[derive(Args)]
pub(crate) struct Publish {
    /// Only check: write nothing, and do not contact AWS
    #[arg(long)]
    check: bool,
}

#[expect(
    clippy::print_stdout,
    reason = "what was published is this command's output"
)]
pub(crate) async fn run(infra: &Path, options: &Publish, environment: &Environment) -> Result<()> {
    let now = Clock::system().now();
    let content = Content::load(infra)?;
    println!(
        "clinic: {}; articles: {}; drafts: {}",
        content.clinic.name(),
        content.edition.articles.len(),
        content.edition.drafts.len()
    );
    for entry in content.overdue(content.clinic.local_date(now)) {
        println!("{}", overdue(entry));
    }
    if options.check {
        println!("Everything is in order; nothing was written.");
        return Ok(());
    }
    if environment.get("AWS_REGION").is_none() {
        bail!(
            "set AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, CLINIC_TABLE, ARTICLES_TABLE, \
             BOOKING_TABLE and MAIL_TABLE"
        );
    }
    let client = Aws::from_environment(environment)?.dynamodb();
    let published = publish(&content, &client, environment, now, &bar()).await?;
    if let Some(warning) = published.warning(&content.clinic) {
        println!("{warning}");
    }
    let articles = published.articles;
    for line in articles.lines() {
        println!("{line}");
    }
    if let Ok(keys) = LinkKeys::from_environment(environment) {
        let site = content.clinic.website();
        for address in previews(&content.edition, site, &keys, now) {
            println!("preview, for two weeks: {address}");
        }
    }
    Ok(())
}
