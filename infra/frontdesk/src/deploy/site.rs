//! The website's cache.

use anyhow::Result;

use super::{outputs::Outputs, settings::Settings, steps::say, tools::aws_text};

/// Clears `CloudFront`'s cache, if the stack has a website, so that what was published is there at once.
///
/// # Errors
/// When AWS does not do it.
pub(super) fn clear_cache(settings: &Settings, outputs: &Outputs) -> Result<()> {
    let Some(distribution) = outputs.get("SiteId") else {
        return Ok(());
    };
    say("clearing the website's cache");
    aws_text(&[
        "cloudfront",
        "create-invalidation",
        "--distribution",
        distribution,
        "--paths",
        "/*",
        "--region",
        settings.region.as_str(),
    ])?;
    Ok(())
}
