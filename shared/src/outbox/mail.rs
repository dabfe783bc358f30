//! A mail as it is stored, with its history.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::kind::Letter;
use crate::{
    store::{ExpiresAt, Moment},
    values::EmailAddress,
};

/// The kind of item, for errors.
pub(super) const WHAT: &str = "mail";

/// The one partition of the index `due`: it holds the mails that wait, and only those.
pub(super) const QUEUE: &str = "due";

/// A mail to be queued: who it goes to, and what it says.
#[derive(Clone, Debug)]
pub struct Mail {
    pub to: EmailAddress,
    pub letter: Letter,
}

/// Where a mail is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MailState {
    /// To be sent at `due_at`, or again then, if a try fails.
    Waiting,
    Sent,
    /// SES refused it for good, or it could not be sent for days.
    Failed,
}

/// A mail as it is stored.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StoredMail {
    /// [`Letter::id`]: nothing is queued twice.
    pub id: String,
    pub state: MailState,
    /// [`QUEUE`] while it waits, else absent: the key of the index `due`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) queue: Option<String>,
    /// When it is to be sent. It is the lease as well: a mailer that takes the mail moves it into the
    /// future.
    pub(super) due_at: Moment,
    /// When it was to be sent before any try.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) first_due_at: Option<Moment>,
    pub queued_at: Timestamp,
    /// How many times a mailer has taken it.
    pub attempts: u32,
    pub to: EmailAddress,
    pub letter: Letter,
    /// How the tries ended, the first one first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub history: Vec<HistoryEntry>,
    /// When it was withdrawn, because what it tells of is over. If it had not been sent by then, it never is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn_at: Option<Moment>,
    pub expires_at: ExpiresAt,
}

/// How one try to send a mail ended.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct HistoryEntry {
    pub at: Moment,
    /// How it ended: `sent`, `again` or `failed`.
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

    /// Whether it is still to be sent.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        self.queue.is_some()
    }

    pub(super) fn new(mail: Mail, now: Timestamp, revision: u32, keep_days: u32) -> Self {
        let due_at = mail.letter.due_at().unwrap_or(now);
        Self {
            id: mail.letter.id(revision),
            state: MailState::Waiting,
            queue: Some(QUEUE.to_owned()),
            due_at: Moment(due_at),
            first_due_at: Some(Moment(due_at)),
            queued_at: now,
            attempts: 0,
            to: mail.to,
            letter: mail.letter,
            history: Vec::new(),
            withdrawn_at: None,
            expires_at: ExpiresAt::days_after(due_at, keep_days),
        }
    }
}
