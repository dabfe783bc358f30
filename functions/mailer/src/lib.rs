//! The mailer: outbox items to SES.
//!
//! Woken by the mail table's stream for what was just queued and by a schedule for what is due later
//! or was left behind. Either way a mail passes through `Mailer::deliver`: lease it, render
//! its `letter`, send it, mark it.

mod delivery;
mod document;
mod event;
mod letters;
mod queue;

use aws_sdk_sesv2::Client as Ses;
use shared::{
    aws::Aws, clinic::PublishedClinic, clock::Clock, environment::Environment, runtime::StartError,
};

pub use event::{Event, Report};

use crate::queue::Queue;

/// What the mailer works with.
#[derive(Clone)]
pub struct Mailer {
    clinic: PublishedClinic,
    queue: Queue,
    ses: Ses,
    /// The SES configuration set that reports bounces and complaints, if there is one.
    configuration_set: Option<String>,
    clock: Clock,
}

impl Mailer {
    /// Makes the clients and reads the clinic, from `CLINIC_TABLE`, `MAIL_TABLE`, the AWS variables and,
    /// if set, `SES_CONFIGURATION_SET`.
    ///
    /// # Errors
    /// When one of them is missing, or the clinic cannot be read.
    pub async fn open(environment: &Environment, clock: Clock) -> Result<Self, StartError> {
        let aws = Aws::from_environment(environment)?;
        let queue = Queue::new(aws.dynamodb(), environment.require("MAIL_TABLE")?);
        let clinic =
            PublishedClinic::open(aws.dynamodb(), environment.require("CLINIC_TABLE")?).await?;
        Ok(Self {
            clinic,
            queue,
            ses: aws.ses(),
            configuration_set: environment.get("SES_CONFIGURATION_SET").map(str::to_owned),
            clock,
        })
    }
}
