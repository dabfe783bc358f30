//! The daily digest: what came into quarantine, told to staff in one mail with a link for each message.
//!
//! A schedule asks several times an hour. At the clinic's hour there is something to do once: the
//! moment up to which a digest was written stands in the Contact table and moves in the same write
//! that queues the mail, so nothing is told twice or left out.

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
    stored::sortable,
    transaction::{StoreError, Uncommitted, commit},
};

use crate::{item::StoredMessage, links::ReviewLinks, messages::Messages};

/// A mail stays readable, and its item far below 400 KB.
const LINES_PER_MAIL: usize = 100;
/// What one write tells of stays far below a transaction's 100 items and 4 MB.
const LINES_PER_WRITE: usize = 1_000;

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
        while self.write(until, &clinic).await? == Left::More {}
        *self.seen_to.lock().unwrap_or_else(PoisonError::into_inner) = Some(until);
        Ok(())
    }

    /// Tells of what is waiting, as far as one write goes.
    async fn write(&self, until: Timestamp, clinic: &Clinic) -> Result<Left, DigestError> {
        let from = self.messages.told_until().await?;
        if from >= sortable(until) {
            return Ok(Left::Nothing);
        }
        let mut waiting = self.messages.quarantined(&from, until).await?;
        if waiting.is_empty() {
            return Ok(Left::Nothing);
        }
        let (until, left) = cut(&mut waiting, until);
        let older = self.messages.count_quarantined(&from).await?;
        let now = self.clock.now();
        let lines: Vec<DigestLine> = waiting
            .iter()
            .map(|message| self.line(message, clinic, now))
            .collect();
        let mut items = vec![self.messages.told(&from, until)?];
        for (part, lines) in (0..).zip(lines.chunks(LINES_PER_MAIL)) {
            let digest = QuarantineDigest {
                until,
                part,
                lines: lines.to_vec(),
                older,
            };
            let mail = Mail {
                to: clinic.mail.staff.clone(),
                letter: Letter::QuarantineDigest(digest),
            };
            let keep = clinic.retention.mails_days;
            items.push(mail.queue(&self.messages.mail_table, now, 0, keep)?);
        }
        match commit(&self.messages.client, items).await {
            Ok(()) => {
                tracing::info!(
                    digest.messages = lines.len(),
                    "queued the digest of the quarantine"
                );
                Ok(left)
            }
            // Another run was first.
            Err(Uncommitted::Refused(_)) => Ok(left),
            Err(error) => Err(DigestError::Uncommitted(error)),
        }
    }

    fn line(&self, message: &StoredMessage, clinic: &Clinic, now: Timestamp) -> DigestLine {
        DigestLine {
            reference: message.reference.clone(),
            received_at: message.received_at.0,
            topic: message.topic_name(clinic),
            reasons: message
                .reasons
                .iter()
                .map(|reason| reason.words().to_owned())
                .collect(),
            review_url: self.links.of(&message.reference, now, clinic),
        }
    }
}

/// Whether there is more to tell than fits in one write.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Left {
    Nothing,
    More,
}

/// Leaves of the messages, the oldest first, what one write tells of; with the moment that it covers.
fn cut(waiting: &mut Vec<StoredMessage>, until: Timestamp) -> (Timestamp, Left) {
    let Some(next) = waiting.get(LINES_PER_WRITE) else {
        return (until, Left::Nothing);
    };
    // Those of the same millisecond stay together: the next write begins after it.
    let next = next.received_at.0;
    waiting.retain(|message| message.received_at.0 < next);
    let last = waiting.last().map_or(next, |message| message.received_at.0);
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

    fn messages(count: i64, apart_millis: i64) -> Vec<StoredMessage> {
        let first: Timestamp = "2026-12-01T14:00:00Z".parse().unwrap();
        let message = |n: i64| {
            let received_at = first + SignedDuration::from_millis(n * apart_millis);
            serde_json::from_value(json!({
                "pk": "", "sk": "", "reference": format!("C-{n}"), "inbox": "quarantined",
                "received_at": received_at, "name": "A", "email": "a@b.ca", "message": "x",
                "consent_version": "1", "expires_at": 0,
            }))
            .unwrap()
        };
        (0..count).map(message).collect()
    }

    #[test]
    fn what_one_write_leaves_the_next_one_tells() {
        let until: Timestamp = "2026-12-01T20:00:00Z".parse().unwrap();

        let mut few = messages(1_000, 10);
        assert!(cut(&mut few, until) == (until, Left::Nothing) && few.len() == 1_000);
        let all = messages(1_500, 10);
        let mut told = all.clone();
        let (covered, left) = cut(&mut told, until);
        assert!(left == Left::More && told.len() == 1_000);
        let after = |message: &&StoredMessage| message.received_at.0 > covered;
        assert_eq!(all.iter().filter(after).count(), 500);
    }
}
