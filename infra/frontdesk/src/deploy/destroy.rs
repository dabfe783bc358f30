//! `infra/deploy destroy`: takes the front desk down and keeps the data.

use std::io::Write as _;

use anyhow::{Result, bail};
use shared::environment::Environment;

use super::{
    Options,
    settings::Settings,
    stack::Stack,
    steps::{During as _, Step, say},
    tools,
};

/// Asks twice, then deletes the stack. Tables, their key and the secret stay.
///
/// # Errors
/// When the operator does not confirm it, or AWS does not delete it.
pub fn destroy(options: &Options, environment: &Environment) -> Result<()> {
    tools::check(&["aws"]).during(Step::Prepare)?;
    let settings = Settings::read(&options.infra, &options.stage, environment);
    let settings = settings.during(Step::Prepare)?;
    let stack = Stack::new(&settings);
    let exists = stack.exists().during(Step::Prepare)?;
    let Settings {
        stack_name, region, ..
    } = &settings;
    if !exists {
        say(&format!("There is no stack {stack_name} in {region}."));
        return Ok(());
    }
    let kept = stack.kept()?;
    say(&format!(
        "This takes the front desk {stack_name} in {region} down: visitors can no longer write, book or read.\n\
         Its tables, the secret with the links' keys, the domain's mail identity and, if it has one, its encryption key\n\
         stay. AWS goes on charging for them: for storage, 40 cents a month for the secret, a dollar for the key."
    ));
    ask("Type the stack's name to go on: ", stack_name)?;
    ask("Type \"take it down\" to do it: ", "take it down")?;
    say("deleting the stack; this takes some minutes");
    stack.delete()?;
    say("It is gone. What stays:");
    for (kind, name) in &kept {
        say(&format!("  {kind:<29} {name}"));
    }
    say(
        "A new deployment makes new tables; infra/OPERATIONS.md says how to bring the data over.\n\
         To delete what stays, with all backups and for good, once nobody needs it any more (the mail identity only if no\n\
         other stage sends from its domain):",
    );
    for command in kept.iter().flat_map(|(kind, name)| deleting(kind, name)) {
        say(&format!("  {command} --region {region}"));
    }
    Ok(())
}

/// The commands that delete a resource for good.
fn deleting(kind: &str, name: &str) -> Vec<String> {
    match kind {
        "AWS::DynamoDB::Table" => vec![
            format!(
                "aws dynamodb update-table --table-name {name} --no-deletion-protection-enabled"
            ),
            format!("aws dynamodb delete-table --table-name {name}"),
        ],
        "AWS::SecretsManager::Secret" => vec![format!(
            "aws secretsmanager delete-secret --secret-id {name} --recovery-window-in-days 7"
        )],
        "AWS::KMS::Key" => vec![format!(
            "aws kms schedule-key-deletion --key-id {name} --pending-window-in-days 30"
        )],
        "AWS::SES::EmailIdentity" => vec![format!(
            "aws sesv2 delete-email-identity --email-identity {name}"
        )],
        _ => Vec::new(),
    }
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
