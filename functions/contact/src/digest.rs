//! The daily digest: what waits in quarantine, told to staff with a link for each message.
//!
//! A schedule asks several times an hour; at the clinic's hour there is something to do once. Whatever
//! still waits is in every digest until somebody decides: what came late into the index, or was in a
//! mail that was never delivered, is in the next one.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::{Timestamp, ToSpan};
use shared::{
    aws::Aws,
    clinic::{Clinic, PublishedClinic},
    clock::Clock,
    environment::Environment,
    link::LinkKeys,
    outbox::{DigestLine, Letter, Mail, QuarantineDigest},
    runtime::StartError,
    transaction::{StoreError, Uncommitted, commit},
};

use crate::{links::ReviewLinks, messages::Messages, quarantine::Waiting, screen::Reason};

/// A mail stays readable, and its item far below 400 KB.
const LINES_PER_MAIL: usize = 100;
/// What is in one digest, in a single write: far below a transaction's 100 items and 4 MB. Of more than
/// that the newest are in it, and the number of the others.
const LINES_PER_DIGEST: usize = 500;
/// Instead of a reason.
const CANNOT_BE_READ: &str =
    "it cannot be read: please tell whoever looks after this program, with its reference";

/// What the digest works with.
#[derive(Clone)]
pub struct Digest {
    clinic: PublishedClinic,
    messages: Messages,
    links: ReviewLinks,
    clock: Clock,
    /// The last moment that was seen to; asking again for it costs nothing.
    seen_to: Arc<Mutex<Option<Timestamp>>>,
}

/// The digest could not be written; the next run does it.
#[derive(Debug, thiserror::Error)]
pub enum DigestError {
    /// The quarantine could not be read.
    #[error("the quarantine cannot be read")]
    Unreadable(#[from] StoreError),
    /// The mail was not queued.
    #[error("the digest was not queued")]
    Uncommitted(#[source] Uncommitted),
}

impl Digest {
    /// Makes the client and reads the clinic, from the same variables as the contact function.
    ///
    /// # Errors
    /// When one of them is missing, or the clinic cannot be read.
    pub async fn open(environment: &Environment, clock: Clock) -> Result<Self, StartError> {
        let client = Aws::from_environment(environment)?.dynamodb();
        let keys = LinkKeys::from_environment(environment)?;
        Ok(Self {
            messages: Messages::open(client.clone(), environment)?,
            links: ReviewLinks::new(keys, environment.require("API_URL")?),
            clinic: PublishedClinic::open(client, environment.require("CLINIC_TABLE")?).await?,
            clock,
            seen_to: Arc::default(),
        })
    }

    /// Queues the digest, if one is due and there is something in it.
    ///
    /// # Errors
    /// [`DigestError`].
    pub async fn run(&self) -> Result<(), DigestError> {
        self.clinic.refresh().await;
        let clinic = self.clinic.current();
        let until = due(&clinic, self.clock.now());
        if *self.seen_to.lock().unwrap_or_else(PoisonError::into_inner) == Some(until) {
            return Ok(());
        }
        self.write(until, &clinic).await?;
        *self.seen_to.lock().unwrap_or_else(PoisonError::into_inner) = Some(until);
        Ok(())
    }

    async fn write(&self, until: Timestamp, clinic: &Clinic) -> Result<(), DigestError> {
        let now = self.clock.now();
        let before = self.messages.digested().await?;
        if before.is_some_and(|before| (until..=now).contains(&before)) {
            return Ok(());
        }
        let (waiting, count) = self.messages.waiting(until, now, LINES_PER_DIGEST).await?;
        if waiting.is_empty() {
            return Ok(());
        }
        let fresh = |message: &&Waiting| Some(message.received_at.0) > before;
        let fresh = waiting.iter().filter(fresh).count();
        let mut items = vec![self.messages.digest(until, now)?];
        let total = Total { count, fresh };
        for letter in self.letters(&waiting, total, until, clinic) {
            let mail = Mail {
                to: clinic.mail.staff.clone(),
                letter: Letter::QuarantineDigest(letter),
            };
            let keep = clinic.retention.mails_days;
            items.push(mail.queue(&self.messages.mail_table, now, 0, keep)?);
        }
        match commit(&self.messages.client, items).await {
            Ok(()) => {
                tracing::info!(
                    digest.messages = count,
                    "queued the digest of the quarantine"
                );
                Ok(())
            }
            // Another run was first.
            Err(Uncommitted::Refused(refusals)) if matches!(refusals.as_slice(), [Some(_), ..]) => {
                Ok(())
            }
            Err(error) => Err(DigestError::Uncommitted(error)),
        }
    }

    fn letters(
        &self,
        waiting: &[Waiting],
        total: Total,
        until: Timestamp,
        clinic: &Clinic,
    ) -> Vec<QuarantineDigest> {
        let lines: Vec<DigestLine> = waiting.iter().map(|one| self.line(one, clinic)).collect();
        let written_at = self.clock.now();
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let parts = number(lines.len().div_ceil(LINES_PER_MAIL));
        let letter = |(part, lines): (u32, &[DigestLine])| QuarantineDigest {
            written_at,
            until,
            part,
            parts,
            waiting: number(total.count),
            fresh: number(total.fresh),
            lines: lines.to_vec(),
            left_out: number(total.count - waiting.len()),
        };
        (0..)
            .zip(lines.chunks(LINES_PER_MAIL))
            .map(letter)
            .collect()
    }

    fn line(&self, message: &Waiting, clinic: &Clinic) -> DigestLine {
        let words = |reason: &Reason| reason.words().to_owned();
        let mut reasons: Vec<String> = message.reasons.iter().map(words).collect();
        if reasons.is_empty() {
            reasons.push(CANNOT_BE_READ.to_owned());
        }
        let topic = message.topic.as_deref();
        DigestLine {
            reference: message.reference.clone(),
            received_at: message.received_at.0,
            topic: topic.and_then(|id| Some(clinic.topic(id)?.name.clone())),
            reasons,
            review_url: self
                .links
                .of(&message.reference, message.received_at.0, clinic),
        }
    }
}

/// How many messages wait, and how many of them are in no digest yet.
#[derive(Clone, Copy)]
struct Total {
    count: usize,
    fresh: usize,
}

/// The last time that it was the digest's hour at the clinic.
fn due(clinic: &Clinic, now: Timestamp) -> Timestamp {
    let local = now.to_zoned(clinic.time_zone.clone());
    let at = |days: i64| {
        let date = local.date().saturating_sub(days.days());
        date.to_datetime(clinic.contact.digest_at)
            .to_zoned(clinic.time_zone.clone())
            .map_or(now, |moment| moment.timestamp())
    };
    let today = at(0);
    if today <= now { today } else { at(1) }
}
