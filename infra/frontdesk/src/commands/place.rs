//! Whose data a command is about: the tables that the environment names, or those of the front desk on this
//! machine.

use anyhow::{Result, bail};
use clap::Args;
use frontdesk::{local::ask, records::Records};
use jiff::Timestamp;
use shared::{
    clock::Clock,
    environment::Environment,
    records::Identity,
    values::{EmailAddress, PhoneNumber},
};

#[derive(Args)]
pub(super) struct Place {
    /// Use the tables of the front desk that runs on this machine, on this port or on 3000
    #[arg(long, value_name = "PORT", num_args = 0..=1, default_missing_value = "3000")]
    local: Option<u16>,
}

impl Place {
    /// The records, and the time there.
    ///
    /// # Errors
    /// When no tables are named, or no front desk runs on that port.
    pub(super) async fn records(&self, environment: &Environment) -> Result<(Records, Timestamp)> {
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

/// An email address, for clap.
pub(super) fn email(text: &str) -> Result<Identity, String> {
    let email = EmailAddress::parse(text).map_err(|invalid| invalid.message);
    email.map(Identity::Email)
}

/// A phone number, for clap.
pub(super) fn phone(text: &str) -> Result<Identity, String> {
    let phone = PhoneNumber::parse(text).map_err(|invalid| invalid.message);
    phone.map(Identity::Phone)
}
