//! The daily digest: what came into quarantine, told to staff in one mail with a link for each message.
//!
//! A schedule asks several times an hour. At the clinic's hour there is something to do once: how far
//! staff were told stands in the Contact table and moves in the same write that queues the mail, so
//! nothing is told twice or left out.

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
/// What one write tells of stays far below a transaction's 100 items and 4 MB.
const LINES_PER_WRITE: usize = 1_000;
/// The next run goes on where this one ends.
const MOST_WRITES: usize = 100;
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
        for _ in 0..MOST_WRITES {
            if self.write(until, &clinic).await? == Left::Nothing {
                *self.seen_to.lock().unwrap_or_else(PoisonError::into_inner) = Some(until);
                break;
            }
        }
        Ok(())
    }

    /// Tells of what is waiting, as far as one write goes.
    async fn write(&self, until: Timestamp, clinic: &Clinic) -> Result<Left, DigestError> {
        let now = self.clock.now();
        let told = self.messages.told().await?;
        if told.reaches(until) {
            return Ok(Left::Nothing);
        }
        let most = LINES_PER_WRITE + 1;
        let (mut waiting, older) = self.messages.waiting(&told, until, now, most).await?;
        let (until, left) = cut(&mut waiting, until);
        if waiting.is_empty() {
            return Ok(left);
        }
        let mut items = vec![self.messages.tell(&told, &told.and(&waiting, until))?];
        for mail in self.mails(&waiting, until, older, clinic) {
            items.push(mail.queue(
                &self.messages.mail_table,
                now,
                0,
                clinic.retention.mails_days,
            )?);
        }
        match commit(&self.messages.client, items).await {
            Ok(()) => {
                tracing::info!(
                    digest.messages = waiting.len(),
                    "queued the digest of the quarantine"
                );
                Ok(left)
            }
            // Another run was first: see how far it went.
            Err(Uncommitted::Refused(refusals)) if matches!(refusals.as_slice(), [Some(_), ..]) => {
                Ok(Left::More)
            }
            Err(error) => Err(DigestError::Uncommitted(error)),
        }
    }

    fn mails(
        &self,
        waiting: &[Waiting],
        until: Timestamp,
        older: u32,
        clinic: &Clinic,
    ) -> Vec<Mail> {
        let lines: Vec<DigestLine> = waiting.iter().map(|one| self.line(one, clinic)).collect();
        let parts = u32::try_from(lines.len().div_ceil(LINES_PER_MAIL)).unwrap_or(u32::MAX);
        let mail = |(part, lines): (u32, &[DigestLine])| Mail {
            to: clinic.mail.staff.clone(),
            letter: Letter::QuarantineDigest(QuarantineDigest {
                until,
                part,
                parts,
                lines: lines.to_vec(),
                older,
            }),
        };
        (0..).zip(lines.chunks(LINES_PER_MAIL)).map(mail).collect()
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

/// Whether there is more to tell than fits in one write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Left {
    Nothing,
    More,
}

/// Leaves of the messages, the oldest first, what one write tells of; with the moment that it reaches.
fn cut(waiting: &mut Vec<Waiting>, until: Timestamp) -> (Timestamp, Left) {
    if waiting.len() <= LINES_PER_WRITE {
        return (until, Left::Nothing);
    }
    waiting.truncate(LINES_PER_WRITE);
    let last = waiting
        .last()
        .map_or(until, |message| message.received_at.0);
    (last, Left::More)
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

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use serde_json::json;

    use super::*;

    #[test]
    fn what_one_write_leaves_the_next_one_tells() {
        let first: Timestamp = "2026-12-01T14:00:00Z".parse().unwrap();
        let until: Timestamp = "2026-12-01T20:00:00Z".parse().unwrap();
        let message = |n: i64| -> Waiting {
            let received_at = first + SignedDuration::from_millis(n);
            let reasons = ["links"];
            let message = json!({ "reference": format!("C-{n}"), "received_at": received_at, "reasons": reasons });
            serde_json::from_value(message).unwrap()
        };

        let mut few: Vec<Waiting> = (0..1_000).map(message).collect();
        assert_eq!(cut(&mut few, until), (until, Left::Nothing));
        assert_eq!(few.len(), 1_000);
        let mut many: Vec<Waiting> = (0..1_001).map(message).collect();
        let last = first + SignedDuration::from_millis(999);
        assert_eq!(cut(&mut many, until), (last, Left::More));
        assert_eq!(many.len(), 1_000);
    }
}
