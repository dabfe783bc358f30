//! Whose data a command is about: the tables that the environment names, or those of the front desk on this
//! machine.

use anyhow::{Result, bail};
use booking::Office;
use clap::Args;
use frontdesk::{local::ask, records::Records};
use jiff::Timestamp;
use shared::{
    audit::Actor,
    aws::Aws,
    clinic::PublishedClinic,
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
        let (there, now) = self.environment(environment).await?;
        let operator = operator(environment);
        Ok((Records::open(&there, operator).await?, now))
    }

    /// The office, the time there, and the address of the API, if it is known.
    ///
    /// # Errors
    /// When no tables are named, no front desk runs on that port, or no clinic is published.
    pub(super) async fn office(&self, environment: &Environment) -> Result<Opened> {
        let (there, now) = self.environment(environment).await?;
        let client = Aws::from_environment(&there)?.dynamodb();
        let clinic = PublishedClinic::open(client.clone(), there.require("CLINIC_TABLE")?).await;
        let clinic = clinic.current().await?;
        let operator = Actor::Operator(operator(environment).to_owned());
        Ok(Opened {
            office: Office::open(&client, &there, clinic, operator)?,
            now,
            api_url: there.get("API_URL").map(str::to_owned),
        })
    }

    async fn environment(&self, environment: &Environment) -> Result<(Environment, Timestamp)> {
        match self.local {
            Some(port) => ask(port).await,
            None if environment.get("BOOKING_TABLE").is_none() => bail!(
                "set AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, CLINIC_TABLE, CONTACT_TABLE, \
                 BOOKING_TABLE and MAIL_TABLE, or add --local for the front desk on this machine"
            ),
            None => Ok((environment.clone(), Clock::system().now())),
        }
    }
}

/// The office of a clinic.
pub(super) struct Opened {
    pub(super) office: Office,
    pub(super) now: Timestamp,
    pub(super) api_url: Option<String>,
}

/// The login name, for the audit trail.
fn operator(environment: &Environment) -> &str {
    ["USER", "LOGNAME", "USERNAME"]
        .iter()
        .find_map(|name| environment.get(name))
        .unwrap_or("unknown")
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
