//! `frontdesk export`.

use anyhow::{Result, bail};
use clap::Args;
use frontdesk::records::DateRange;
use jiff::civil::Date;
use shared::{environment::Environment, records::Identity};

use super::{
    output,
    place::{Place, email, phone},
};

#[derive(Args)]
pub(crate) struct Export {
    #[command(flatten)]
    what: What,
    /// The first day, like 2026-11-01
    #[arg(long, value_name = "DAY", conflicts_with_all = ["email", "phone"])]
    from: Option<Date>,
    /// The last day, like 2026-11-30
    #[arg(long, value_name = "DAY", conflicts_with_all = ["email", "phone"])]
    to: Option<Date>,
    #[command(flatten)]
    place: Place,
}

#[derive(Args)]
#[group(required = true, multiple = false)]
struct What {
    /// Everything about the person with this address, as JSON
    #[arg(long, value_name = "ADDRESS", value_parser = email)]
    email: Option<Identity>,
    /// Everything about the person with this phone number, as JSON
    #[arg(long, value_name = "NUMBER", value_parser = phone)]
    phone: Option<Identity>,
    /// The contact messages of a range of days, as CSV
    #[arg(long, requires = "from", requires = "to")]
    messages: bool,
    /// The audit trail of a range of days, as CSV
    #[arg(long, requires = "from", requires = "to")]
    audit: bool,
}

pub(crate) async fn export(options: Export, environment: &Environment) -> Result<()> {
    let (records, now) = options.place.records(environment).await?;
    if let Some(person) = options.what.email.or(options.what.phone) {
        let everything = records.export_person(&person, now).await?;
        return output::write(&format!("{everything:#}\n"));
    }
    let (Some(from), Some(to)) = (options.from, options.to) else {
        bail!("name the days with --from and --to");
    };
    let days = DateRange { from, to };
    let sheet = if options.what.messages {
        records.export_messages(days, now).await?
    } else {
        records.export_audit(days, now).await?
    };
    output::write(&sheet)
}
