//! The mailer: outbox items to SES.
//!
//! The mail table's stream wakes it for new mails, and a schedule wakes it for mails that are due later or that
//! a failure left behind. Either way a mail passes through `Mailer::deliver`: lease it, write its letter, send
//! it, settle it. What SES says about it later passes through `Mailer::record_feedback`. Once a day it makes one mail, the
//! digest, of the parts that the functions have written.

mod delivery;
mod digest;
mod event;
mod feedback;
mod held_back;
mod letters;
mod mime;
mod notice;
mod pace;
mod records;
mod refusal;
mod sweep;
mod tags;
mod unreadable;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use aws_sdk_sesv2::Client as Ses;
use jiff::civil::Date;
use shared::{
    aws::Aws,
    clinic::{ClinicError, PublishedClinic},
    clock::Clock,
    environment::Environment,
    outbox::Outbox,
    runtime::{Health, StartError, Unhealthy},
    store,
};

use pace::Pace;

pub use event::{Event, Report};
pub use feedback::SesEvent;
pub use records::MailRecords;
pub use tags::{mail_of, tag_of};

/// What the mailer works with.
#[derive(Clone)]
pub struct Mailer {
    clinic: PublishedClinic,
    outbox: Outbox,
    ses: Ses,
    /// The SES configuration set that reports bounces and complaints, if there is one.
    configuration_set: Option<String>,
    /// Where the clinic's pages are, without a slash at the end, if that is known: the logo is there.
    site: Option<String>,
    clock: Clock,
    pace: Arc<Pace>,
    /// The mails that only another version can read, and whether staff were told of them: each is said once.
    seen: Arc<Mutex<BTreeMap<String, bool>>>,
    /// The date of the last digest that was queued or not needed.
    digested: Arc<Mutex<Option<Date>>>,
}

/// Why the mailer could not do its work now. Whatever waits is taken up again.
#[derive(Debug, thiserror::Error)]
pub enum MailerError {
    #[error(transparent)]
    Clinic(#[from] ClinicError),
    #[error(transparent)]
    Store(#[from] store::Error),
    /// Something else was changing the same mail all the time.
    #[error("the mail is being changed by something else")]
    Contended,
}

impl Health for Mailer {
    async fn check(&self) -> Result<(), Unhealthy> {
        self.clinic.current().await?;
        self.outbox.waiting(self.clock.now()).await?;
        Ok(())
    }
}

impl Mailer {
    /// Makes the clients and reads the clinic, from `CLINIC_TABLE`, `MAIL_TABLE`, the AWS variables and,
    /// if set, `SES_CONFIGURATION_SET` and `API_URL`.
    ///
    /// # Errors
    /// When one of them is missing.
    pub async fn open(environment: &Environment, clock: Clock) -> Result<Self, StartError> {
        let aws = Aws::from_environment(environment)?;
        let outbox = Outbox::new(aws.dynamodb(), environment.require("MAIL_TABLE")?);
        let clinic =
            PublishedClinic::open(aws.dynamodb(), environment.require("CLINIC_TABLE")?).await;
        Ok(Self {
            clinic,
            outbox,
            ses: aws.ses(),
            configuration_set: environment.get("SES_CONFIGURATION_SET").map(str::to_owned),
            site: environment.get("API_URL").map(str::to_owned),
            clock,
            pace: Arc::default(),
            seen: Arc::default(),
            digested: Arc::default(),
        })
    }
}
