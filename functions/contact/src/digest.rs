//! The daily digest's part about messages: those that have waited too long for an answer, and those in quarantine.
//!
//! A schedule runs it several times an hour; from the clinic's hour on it writes the day's part, once. A message is in
//! every digest until somebody decides about it, so one that reached the index late, or whose digest was never
//! delivered, is in the next.

use jiff::Timestamp;
use shared::{
    aws::Aws,
    clinic::{Clinic, ClinicError, DigestDay, PublishedClinic},
    clock::Clock,
    environment::Environment,
    guard::Reason,
    link::LinkKeys,
    outbox::{DigestParts, MessageLine, Owner, Sections},
    runtime::{Health, StartError, Unhealthy},
    store,
};

use crate::{
    links::ReviewLinks,
    message::{MessageState, topic_name},
    store::{Listed, Messages},
};

/// The reason in the digest for a message that cannot be read.
const CANNOT_BE_READ: &str =
    "the program cannot read it: please give its reference to your technical support";

/// What the digest works with.
#[derive(Clone)]
pub struct DailyDigest {
    clinic: PublishedClinic,
    messages: Messages,
    links: ReviewLinks,
    clock: Clock,
    parts: DigestParts,
}

/// Why the part could not be written. The next run tries again.
#[derive(Debug, thiserror::Error)]
pub enum DigestError {
    /// There is no clinic to write it for.
    #[error(transparent)]
    Clinic(#[from] ClinicError),
    /// The messages could not be read.
    #[error("the messages cannot be read")]
    Unreadable(#[source] store::Error),
    /// The part was not written.
    #[error("the digest's part was not written")]
    NotWritten(#[source] store::Error),
}

impl Health for DailyDigest {
    async fn check(&self) -> Result<(), Unhealthy> {
        let clinic = self.clinic.current().await?;
        let now = self.clock.now();
        self.parts.due(&self.messages.outbox, &clinic, now).await?;
        let nobodys = |_| false;
        let inbox = self
            .messages
            .inbox(MessageState::Received, now, now, nobodys);
        inbox.await?;
        Ok(())
    }
}

impl DailyDigest {
    /// Makes the client and reads the clinic, from the same variables as the contact function.
    ///
    /// # Errors
    /// When one of them is missing.
    pub async fn open(environment: &Environment, clock: Clock) -> Result<Self, StartError> {
        let client = Aws::from_environment(environment)?.dynamodb();
        let keys = LinkKeys::from_environment(environment)?;
        Ok(Self {
            messages: Messages::open(&client, environment)?,
            links: ReviewLinks::new(keys, environment.require("API_URL")?),
            clinic: PublishedClinic::open(client, environment.require("CLINIC_TABLE")?).await,
            clock,
            parts: DigestParts::of(Owner::Contact),
        })
    }

    /// Writes the day's part, if it is due.
    ///
    /// # Errors
    /// [`DigestError`].
    pub async fn run(&self) -> Result<(), DigestError> {
        self.clinic.refresh().await;
        let Some(clinic) = self.clinic.published().await? else {
            return Ok(());
        };
        let now = self.clock.now();
        let due = self.parts.due(&self.messages.outbox, &clinic, now).await;
        let Some(due) = due.map_err(DigestError::Unreadable)? else {
            return Ok(());
        };
        let sections = self.sections(due.day, now, &clinic).await;
        let sections = sections.map_err(DigestError::Unreadable)?;
        let (unanswered, quarantined) = (sections.unanswered.count(), sections.quarantine.count());
        let written = self.parts.write(&self.messages.outbox, due, sections, now);
        if written.await.map_err(DigestError::NotWritten)? {
            tracing::info!(
                digest.unanswered = unanswered,
                digest.quarantined = quarantined,
                "wrote the digest's part about messages"
            );
        }
        Ok(())
    }

    async fn sections(
        &self,
        day: DigestDay,
        now: Timestamp,
        clinic: &Clinic,
    ) -> Result<Sections, store::Error> {
        let until = day.until;
        let answer_within = clinic.contact().answer_within;
        let is_overdue = |received_at: Timestamp| {
            clinic.after_opening_hours(received_at, answer_within) <= until
        };
        let unanswered = self
            .messages
            .inbox(MessageState::Received, until, now, is_overdue);
        let unanswered = unanswered.await?;
        let quarantine = self
            .messages
            .inbox(MessageState::Quarantined, until, now, |_| true);
        let quarantine = quarantine.await?;
        Ok(Sections {
            unanswered: unanswered.map(|message| self.line(message, clinic)),
            quarantine: quarantine.map(|message| self.suspicious_line(message, clinic)),
            ..Sections::default()
        })
    }

    /// The line of a suspicious message. Anything may stand in its name.
    fn suspicious_line(&self, message: Listed, clinic: &Clinic) -> MessageLine {
        let words = |reason: &Reason| reason.words().to_owned();
        let mut reasons: Vec<String> = message.reasons.iter().map(words).collect();
        let line = self.line(message, clinic);
        reasons.extend(line.reasons);
        MessageLine {
            name: None,
            reasons,
            ..line
        }
    }

    fn line(&self, message: Listed, clinic: &Clinic) -> MessageLine {
        let received_at = message.received_at.0;
        let unreadable = message.is_unreadable.then(|| CANNOT_BE_READ.to_owned());
        MessageLine {
            review_url: self.links.of(&message.reference, received_at, clinic),
            reference: message.reference,
            received_at,
            name: message.name,
            topic: topic_name(message.topic.as_ref(), clinic),
            reasons: unreadable.into_iter().collect(),
        }
    }
}
