//! The daily digest: a mail to staff that lists the messages in quarantine, with a link for each.
//!
//! A schedule runs it several times an hour; at the clinic's hour it writes one digest. A message is in every
//! digest until somebody decides about it, so one that reached the index late, or whose digest was never
//! delivered, is in the next.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::{Timestamp, ToSpan};
use shared::{
    aws::Aws,
    clinic::{Clinic, ClinicError, PublishedClinic},
    clock::Clock,
    environment::Environment,
    guard::Reason,
    link::LinkKeys,
    outbox::{self, DigestLine, Mail},
    runtime::StartError,
    store,
};

use crate::{
    links::ReviewLinks,
    message::topic_name,
    store::{Messages, Quarantined},
};

/// A mail stays readable, and its item far below 400 KB.
const LINES_PER_MAIL: usize = 100;
/// How many messages one digest lists, in a single write: far below a transaction's 100 items and 4 MB. If
/// there are more, it lists the newest and says how many others there are.
const LINES_PER_DIGEST: usize = 500;
/// The reason in the digest for a message that cannot be read.
const CANNOT_BE_READ: &str =
    "it cannot be read: please tell the people who look after this program, with its reference";

/// What the digest works with.
#[derive(Clone)]
pub struct DailyDigest {
    clinic: PublishedClinic,
    messages: Messages,
    links: ReviewLinks,
    clock: Clock,
    /// The last moment for which the digest was written or not needed; another run for it asks nothing.
    done: Arc<Mutex<Option<Timestamp>>>,
}

/// Why the digest could not be written. The next run tries again.
#[derive(Debug, thiserror::Error)]
pub enum DigestError {
    /// There is no clinic to write it for.
    #[error(transparent)]
    Clinic(#[from] ClinicError),
    /// The quarantine could not be read.
    #[error("the quarantine cannot be read")]
    Unreadable(#[source] store::Error),
    /// The mail was not queued.
    #[error("the digest was not queued")]
    NotQueued(#[source] store::Error),
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
            done: Arc::default(),
        })
    }

    /// Queues the digest, if one is due and there is something in it.
    ///
    /// # Errors
    /// [`DigestError`].
    pub async fn run(&self) -> Result<(), DigestError> {
        self.clinic.refresh().await;
        let clinic = self.clinic.current().await?;
        let until = due(&clinic, self.clock.now());
        if *self.done.lock().unwrap_or_else(PoisonError::into_inner) == Some(until) {
            return Ok(());
        }
        self.write(until, &clinic).await?;
        *self.done.lock().unwrap_or_else(PoisonError::into_inner) = Some(until);
        Ok(())
    }

    async fn write(&self, until: Timestamp, clinic: &Clinic) -> Result<(), DigestError> {
        let now = self.clock.now();
        let before = self.messages.digested().await;
        let before = before.map_err(DigestError::Unreadable)?;
        if before.is_some_and(|before| (until..=now).contains(&before)) {
            return Ok(());
        }
        let listed = self.messages.quarantined(until, now, LINES_PER_DIGEST);
        let (listed, count) = listed.await.map_err(DigestError::Unreadable)?;
        if listed.is_empty() {
            return Ok(());
        }
        let fresh = |message: &&Quarantined| Some(message.received_at.0) > before;
        let fresh = listed.iter().filter(fresh).count();
        let letters = self.letters(&listed, Total { count, fresh }, until, clinic);
        let mails = letters.into_iter().map(|letter| Mail {
            to: clinic.mail().staff.clone(),
            letter: letter.into(),
        });
        let keep_days = clinic.retention().mails_days;
        let written = self
            .messages
            .write_digest(until, mails.collect(), now, keep_days);
        if written.await.map_err(DigestError::NotQueued)? {
            tracing::info!(
                digest.messages = count,
                "queued the digest of the quarantine"
            );
        }
        Ok(())
    }

    fn letters(
        &self,
        listed: &[Quarantined],
        total: Total,
        until: Timestamp,
        clinic: &Clinic,
    ) -> Vec<outbox::Digest> {
        let lines: Vec<DigestLine> = listed.iter().map(|one| self.line(one, clinic)).collect();
        let written_at = self.clock.now();
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let parts = number(lines.len().div_ceil(LINES_PER_MAIL));
        let letter = |(part, lines): (u32, &[DigestLine])| outbox::Digest {
            written_at,
            until,
            part,
            parts,
            waiting: number(total.count),
            fresh: number(total.fresh),
            lines: lines.to_vec(),
            left_out: number(total.count - listed.len()),
        };
        (0..)
            .zip(lines.chunks(LINES_PER_MAIL))
            .map(letter)
            .collect()
    }

    fn line(&self, message: &Quarantined, clinic: &Clinic) -> DigestLine {
        let words = |reason: &Reason| reason.words().to_owned();
        let mut reasons: Vec<String> = message.reasons.iter().map(words).collect();
        if reasons.is_empty() {
            reasons.push(CANNOT_BE_READ.to_owned());
        }
        DigestLine {
            reference: message.reference.clone(),
            received_at: message.received_at.0,
            topic: topic_name(message.topic.as_ref(), clinic),
            reasons,
            review_url: self
                .links
                .of(&message.reference, message.received_at.0, clinic),
        }
    }
}

/// How many messages wait, and how many of them are new since the digest before.
#[derive(Clone, Copy)]
struct Total {
    count: usize,
    fresh: usize,
}

/// The last moment, up to now, at which it was the digest's hour at the clinic.
fn due(clinic: &Clinic, now: Timestamp) -> Timestamp {
    let local = now.to_zoned(clinic.time_zone().clone());
    let at = |days: i64| {
        let date = local.date().saturating_sub(days.days());
        date.to_datetime(clinic.contact().digest_at)
            .to_zoned(clinic.time_zone().clone())
            .map_or(now, |moment| moment.timestamp())
    };
    let today = at(0);
    if today <= now { today } else { at(1) }
}
