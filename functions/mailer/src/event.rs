//! What wakes the mailer, and what it reports back.

use aws_lambda_events::{
    dynamodb::{Event as StreamEvent, EventRecord},
    streams::{DynamoDbBatchItemFailure, DynamoDbEventResponse},
};
use serde::Deserialize;
use shared::{outbox::is_mail, telemetry::Causes};

use crate::{Mailer, MailerError, feedback::SesEvent};

/// An event of the schedule, of SES, or of the mail table's stream.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Event {
    /// The schedule's input, `{ "sweep": true }`.
    Sweep {
        /// Present only in this kind of event.
        sweep: bool,
    },
    /// What SES publishes about a mail.
    Ses(Box<SesEvent>),
    /// New items of the mail table (keys only).
    Stream(StreamEvent),
}

/// Which records of a batch the stream should deliver again.
pub type Report = DynamoDbEventResponse;

/// A record, decoded: the mail that was queued.
struct Queued<'a> {
    id: &'a str,
    sequence_number: &'a str,
}

impl Mailer {
    /// Sends the mails that are due, or records what SES reports.
    ///
    /// A mail that SES does not take is no failure here: the outbox says when it is tried again. The report
    /// lists the records for which the store did not answer.
    ///
    /// # Errors
    /// When a sweep cannot read the queue, or what came back cannot be recorded.
    pub async fn handle(&self, event: Event) -> Result<Report, MailerError> {
        self.clinic.refresh().await;
        let mut report = Report::default();
        match event {
            Event::Sweep { .. } => {
                self.sweep().await.inspect_err(|error| {
                    tracing::error!(error = %Causes(error), "the outbox was not swept");
                })?;
            }
            Event::Ses(event) => {
                self.record_feedback(*event).await.inspect_err(|error| {
                    tracing::error!(error = %Causes(error), "what came back was not recorded");
                })?;
            }
            Event::Stream(stream) => {
                for queued in stream.records.iter().filter_map(queued) {
                    if let Err(error) = self.deliver(queued.id).await {
                        tracing::error!(mail.id = queued.id, error = %Causes(&error), "left a mail for later");
                        let mut failure = DynamoDbBatchItemFailure::default();
                        failure.item_identifier = Some(queued.sequence_number.to_owned());
                        report.batch_item_failures.push(failure);
                    }
                }
            }
        }
        Ok(report)
    }
}

/// Only new mails. The stream also has the mailer's own changes, and items that are no mails.
fn queued(record: &EventRecord) -> Option<Queued<'_>> {
    let serde_dynamo::AttributeValue::S(id) = record.change.keys.get("id")? else {
        return None;
    };
    (record.event_name == "INSERT" && is_mail(id)).then_some(Queued {
        id,
        sequence_number: record.change.sequence_number.as_deref().unwrap_or_default(),
    })
}
