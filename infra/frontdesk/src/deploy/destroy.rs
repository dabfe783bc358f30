//! `infra/deploy destroy`: takes the front desk down and keeps the data.

use std::io::Write as _;

use anyhow::{Result, bail};
use shared::environment::Environment;

use super::{
    Options,
    settings::Settings,
    stack::{Outputs, Stack},
    steps::say,
    tools,
};

/// What stays, by the names of the stack's outputs.
const KEPT: [&str; 6] = [
    "ClinicTableName",
    "ArticlesTableName",
    "ContactTableName",
    "BookingTableName",
    "MailTableName",
    "LinkKeysArn",
];

/// Asks twice, then deletes the stack. Tables, their key and the secret stay.
///
/// # Errors
/// When it is not wanted after all, or AWS does not delete it.
pub fn destroy(options: &Options, environment: &Environment) -> Result<()> {
    tools::check()?;
    let settings = Settings::read(&options.infra, &options.stage, environment)?;
    let stack = Stack::new(&settings);
    let Settings {
        stack_name, region, ..
    } = &settings;
    if !stack.is_there()? {
        say(&format!("There is no stack {stack_name} in {region}."));
        return Ok(());
    }
    let outputs = stack.outputs()?;
    say(&format!(
        "This takes the front desk {stack_name} in {region} down: nobody can write, book or read any more.\n\
         Its tables, their encryption key and the key for links stay, and cost what storage costs."
    ));
    ask("Type the stack's name to go on: ", stack_name)?;
    ask("Type \"take it down\" to do it: ", "take it down")?;
    empty_site(&outputs, region)?;
    say("deleting the stack; this takes some minutes");
    stack.delete()?;
    say("It is gone. What stays:");
    for kept in KEPT.iter().filter_map(|name| outputs.get(*name)) {
        say(&format!("  {kept}"));
    }
    say(
        "A new deployment makes new tables; infra/OPERATIONS.md says how to bring the data over, or delete it.",
    );
    Ok(())
}

/// A bucket has to be empty to be deleted; every file in it is in the repository.
fn empty_site(outputs: &Outputs, region: &str) -> Result<()> {
    let Some(bucket) = outputs.get("SiteBucketName") else {
        return Ok(());
    };
    let bucket = format!("s3://{bucket}");
    tools::aws_text(&[
        "s3",
        "rm",
        &bucket,
        "--recursive",
        "--only-show-errors",
        "--region",
        region,
    ])?;
    Ok(())
}

#[expect(clippy::print_stdout, reason = "a question to the operator")]
fn ask(question: &str, answer: &str) -> Result<()> {
    print!("{question}");
    std::io::stdout().flush()?;
    let mut line = String::new();
    std::io::stdin().read_line(&mut line)?;
    if line.trim() != answer {
        bail!("nothing was taken down");
    }
    Ok(())
}
