//! `frontdesk publish`.

use std::path::Path;

use anyhow::{Result, bail};
use clap::Args;
use frontdesk::publish::{Content, publish};
use shared::{aws::Aws, clock::Clock, environment::Environment};

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
    let content = Content::load(infra, now)?;
    println!(
        "clinic: {}; articles: {}",
        content.clinic.name(),
        content.articles.len()
    );
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
    let published = publish(&content, &client, environment, now).await?;
    if let Some(warning) = published.warning(&content.clinic) {
        println!("{warning}");
    }
    let articles = published.articles;
    println!(
        "written: {}; removed: {}; unchanged: {}",
        articles.written.len(),
        articles.removed.len(),
        articles.unchanged
    );
    Ok(())
}
