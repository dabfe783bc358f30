//! `frontdesk erase`.

use std::io::{IsTerminal as _, Write as _};

use anyhow::{Result, bail};
use clap::Args;
use shared::{environment::Environment, records::Identity, reference::Reference};

use super::place::{Place, email, phone};

#[derive(Args)]
#[group(required = true, multiple = false)]
struct Who {
    /// Erase everything about the person with this address
    #[arg(long, value_name = "ADDRESS", value_parser = email)]
    email: Option<Identity>,
    /// Erase everything about the person with this phone number
    #[arg(long, value_name = "NUMBER", value_parser = phone)]
    phone: Option<Identity>,
}

#[derive(Args)]
pub(crate) struct Erase {
    #[command(flatten)]
    who: Who,
    /// Skip the question for confirmation
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    place: Place,
}

#[expect(
    clippy::print_stdout,
    reason = "what is and was erased is this command's output"
)]
pub(crate) async fn erase(options: Erase, environment: &Environment) -> Result<()> {
    let Some(who) = options.who.email.or(options.who.phone) else {
        bail!("name the person with --email or --phone");
    };
    let (records, now) = options.place.records(environment).await?;
    let person = records.look_up(&who, now).await?;
    let tables = records.tables().join(", ");
    if person.is_empty() {
        println!("Nothing is stored under this address or number in {tables}.");
        return Ok(());
    }
    println!("In {tables}:\n{}", person.describe());
    println!(
        "Mails that were sent stay in the recipients' mailboxes, and backups keep what was deleted for up to 35 days."
    );
    if !options.yes && !confirmed()? {
        bail!("nothing was erased");
    }
    let erased = records.erase(&who, now).await?;
    let erased: Vec<String> = erased.iter().map(Reference::to_string).collect();
    println!(
        "Erased {}. The audit trail says so, without the address or number.",
        erased.join(", ")
    );
    Ok(())
}

#[expect(clippy::print_stdout, reason = "a question to the operator")]
fn confirmed() -> Result<bool> {
    if !std::io::stdin().is_terminal() {
        println!("To erase it without being asked, add --yes.");
    }
    print!("Type \"yes\" to erase all this: ");
    std::io::stdout().flush()?;
    let mut line = String::new();
    std::io::stdin().read_line(&mut line)?;
    println!();
    Ok(line.trim().eq_ignore_ascii_case("yes"))
}
