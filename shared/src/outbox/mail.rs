//! A mail as it is stored, with its history.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{lanes::lane, letter::Letter};
use crate::{
    store::{ExpiresAt, Moment},
    values::EmailAddress,
};

/// The kind of item, for errors.
pub(super) const WHAT: &str = "mail";

/// A mail to be queued: who it goes to, and what it says.
#[derive(Clone, Debug)]
pub struct Mail {
    pub to: EmailAddress,
    pub letter: Letter,
}

/// Where a mail is in its life: `waiting → leased → sent → delivered | bounced | complained`, or
/// `waiting → failed | cancelled`. A try that fails leads from `leased` back to `waiting`, and a rejection by SES from `sent`
/// to `failed`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MailState {
    /// To be sent when it is due, or again then, if a try fails.
    Waiting,
    /// A mailer has it in hand. If that mailer dies, the mail waits again when the lease is over.
    Leased,
    /// SES took it, and may still be trying to deliver it.
    Sent,
    /// The reader's mail server took it.
    Delivered,
    /// The reader's mail server did not take it.
    Bounced,
    /// The reader has reported it as spam.
    Complained,
    /// It was given up, for the reason that its history ends with.
    Failed,
    /// What it tells of was over before it was sent.
    Cancelled,
}

/// How far the mailer has come with a mail. Every version knows these three; what is more exact has attributes of its own,
/// which an earlier version leaves alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Progress {
    Waiting,
    Sent,
    Failed,
}

/// What came back about a mail that was sent, in the order in which one outweighs the other: events come in any order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The mail server did not take it in the end, or somebody's automatic answer came: SES calls both a transient bounce.
    SoftBounced,
    Delivered,
    Bounced,
    Complained,
    /// SES found something harmful in it after it had taken it.
    Rejected,
}

/// A mail as it is stored.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StoredMail {
    /// [`Letter::id`]: nothing is queued twice.
    pub id: String,
    state: Progress,
    /// Its [`lane`] while it waits, else absent: the key of the index `due`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) queue: Option<String>,
    /// When it is to be sent. It is the lease as well: a mailer that takes the mail moves it into the
    /// future.
    pub(super) due_at: Moment,
    /// Until when a mailer has it in hand; absent when none has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    leased_until: Option<Moment>,
    /// What came back about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    outcome: Option<Outcome>,
    /// When it was to be sent before any try.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) first_due_at: Option<Moment>,
    pub queued_at: Timestamp,
    /// How many times a mailer has taken it.
    pub attempts: u32,
    pub to: EmailAddress,
    pub letter: Letter,
    /// The ids of the events about it that were recorded.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    events: BTreeSet<String>,
    /// How the tries ended, the first one first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub history: Vec<HistoryEntry>,
    /// When it was withdrawn, because what it tells of is over. If it had not been sent by then, it never is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn_at: Option<Moment>,
    pub expires_at: ExpiresAt,
}

/// One thing that happened to a mail: a try to send it, or an event of SES.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct HistoryEntry {
    pub at: Moment,
    /// How it ended (`sent`, `again`, `failed`), or what came back (`delivered`, `delayed`, `bounced`, `complained`,
    /// `rejected`).
    pub what: String,
    /// The SES message id, or the reason.
    pub detail: String,
}

impl StoredMail {
    /// When it was to be sent, before any try.
    #[must_use]
    pub fn first_due_at(&self) -> Timestamp {
        self.first_due_at.map_or(self.queued_at, |moment| moment.0)
    }

    #[must_use]
    pub fn state(&self) -> MailState {
        match (self.state, self.outcome) {
            (Progress::Failed, _) | (Progress::Sent, Some(Outcome::Rejected)) => MailState::Failed,
            (Progress::Sent, None) => MailState::Sent,
            (Progress::Sent, Some(Outcome::Delivered)) => MailState::Delivered,
            (Progress::Sent, Some(Outcome::Bounced | Outcome::SoftBounced)) => MailState::Bounced,
            (Progress::Sent, Some(Outcome::Complained)) => MailState::Complained,
            (Progress::Waiting, _) if !self.is_waiting() => MailState::Cancelled,
            // The version before leaves the mark of a lease when it tries the mail later.
            (Progress::Waiting, _) if self.leased_until == Some(self.due_at) => MailState::Leased,
            (Progress::Waiting, _) => MailState::Waiting,
        }
    }

    /// Whether SES took it, whatever came back since.
    #[must_use]
    pub fn is_sent(&self) -> bool {
        self.state == Progress::Sent
    }

    /// What came back about it so far.
    #[must_use]
    pub fn outcome(&self) -> Option<Outcome> {
        self.outcome
    }

    /// Whether the event of this id was recorded.
    #[must_use]
    pub fn has_event(&self, event: &str) -> bool {
        self.events.contains(event)
    }

    /// Whether it is still to be sent.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        self.queue.is_some()
    }

    pub(super) fn new(mail: Mail, now: Timestamp, revision: u32, keep_days: u32) -> Self {
        let due_at = mail.letter.due_at().unwrap_or(now);
        let id = mail.letter.id(revision);
        Self {
            queue: Some(lane(&id, due_at > now)),
            id,
            state: Progress::Waiting,
            due_at: Moment(due_at),
            leased_until: None,
            outcome: None,
            first_due_at: Some(Moment(due_at)),
            queued_at: now,
            attempts: 0,
            to: mail.to,
            letter: mail.letter,
            events: BTreeSet::new(),
            history: Vec::new(),
            withdrawn_at: None,
            expires_at: ExpiresAt::days_after(due_at, keep_days),
        }
    }
}
