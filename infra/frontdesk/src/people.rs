//! `frontdesk export` and `frontdesk erase`: what is stored about people.

use std::io::{IsTerminal as _, Write as _};

use anyhow::{Result, bail};
use clap::Args;
use frontdesk::{
    local::ask,
    records::{Days, Records},
};
use jiff::{Timestamp, civil::Date};
use shared::{clock::Clock, environment::Environment, values::EmailAddress};

/// Whose tables: those of the environment, or of the front desk on this machine.
#[derive(Args)]
struct Where {
    /// Take the tables of the front desk that runs on this machine
    #[arg(long, value_name = "PORT", num_args = 0..=1, default_missing_value = "3000")]
    local: Option<u16>,
}

#[derive(Args)]
pub(crate) struct Export {
    #[command(flatten)]
    what: What,
    /// The first day, like 2026-11-01
    #[arg(long, value_name = "DAY", conflicts_with = "email")]
    from: Option<Date>,
    /// The last day, like 2026-11-30
    #[arg(long, value_name = "DAY", conflicts_with = "email")]
    to: Option<Date>,
    #[command(flatten)]
    place: Where,
}

#[derive(Args)]
#[group(required = true, multiple = false)]
struct What {
    /// Everything of the person with this address, as JSON
    #[arg(long, value_name = "ADDRESS", value_parser = address)]
    email: Option<EmailAddress>,
    /// The contact messages of some days, as CSV
    #[arg(long, requires = "from", requires = "to")]
    messages: bool,
    /// Who saw or changed what on some days, as CSV
    #[arg(long, requires = "from", requires = "to")]
    audit: bool,
}

#[derive(Args)]
pub(crate) struct Erase {
    /// Whose: everything of the person with this address is erased
    #[arg(long, value_name = "ADDRESS", value_parser = address)]
    email: EmailAddress,
    /// Do not ask
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    place: Where,
}

fn address(text: &str) -> Result<EmailAddress, String> {
    EmailAddress::parse(text).map_err(|invalid| invalid.message)
}

impl Where {
    /// The records, and the time there.
    async fn records(&self, environment: &Environment) -> Result<(Records, Timestamp)> {
        let now = Clock::system().now();
        let operator = ["USER", "LOGNAME", "USERNAME"]
            .iter()
            .find_map(|name| environment.get(name))
            .unwrap_or("unknown");
        match self.local {
            Some(port) => {
                let (environment, now) = ask(port).await?;
                Ok((Records::open(&environment, operator).await?, now))
            }
            None if environment.get("CONTACT_TABLE").is_none() => bail!(
                "set AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, CLINIC_TABLE, CONTACT_TABLE, \
                 BOOKING_TABLE and MAIL_TABLE, or add --local for the front desk on this machine"
            ),
            None => Ok((Records::open(environment, operator).await?, now)),
        }
    }
}

/// Writes to standard output. Who reads it may stop before the end.
pub(crate) fn give(text: &str) -> Result<()> {
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

pub(crate) async fn export(options: Export, environment: &Environment) -> Result<()> {
    let (records, now) = options.place.records(environment).await?;
    if let Some(email) = &options.what.email {
        let everything = records.export_person(email, now).await?;
        return give(&format!("{everything:#}\n"));
    }
    let (Some(from), Some(to)) = (options.from, options.to) else {
        bail!("name the days with --from and --to");
    };
    let days = Days { from, to };
    let sheet = if options.what.messages {
        records.export_messages(days, now).await?
    } else {
        records.export_audit(days, now).await?
    };
    give(&sheet)
}

#[expect(
    clippy::print_stdout,
    reason = "what is and was erased is this command's output"
)]
pub(crate) async fn erase(options: Erase, environment: &Environment) -> Result<()> {
    let (records, now) = options.place.records(environment).await?;
    let person = records.look_up(&options.email, now).await?;
    let tables = records.tables().join(", ");
    if person.is_empty() {
        println!("Nothing is stored under this address in {tables}.");
        return Ok(());
    }
    println!("In {tables}:\n{}", records.describe(&person, now));
    println!(
        "Mails that were sent stay in their mailboxes, and backups keep what was deleted for up to 35 days."
    );
    if !options.yes && !confirmed()? {
        bail!("nothing was erased");
    }
    let erased: Vec<String> = records
        .erase(&options.email, now)
        .await?
        .into_iter()
        .collect();
    println!(
        "Erased {}. The audit trail says so, without the address.",
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
