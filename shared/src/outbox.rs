//! The outbox: a mail is an item, written in the same transaction as what it tells of.
//!
//! The mail table's stream wakes the mailer for it, and a schedule sweeps up what is due later or
//! was left behind. `due_at` is also the lease: whoever sends a mail first moves it into the future.

use aws_sdk_dynamodb::types::TransactWriteItem;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    reference::Reference,
    stored::{ExpiresAt, sortable},
    transaction::{StoreError, put_new},
    values::{EmailAddress, FreeText, PersonName, PhoneNumber},
};

/// The one partition of the index `due`: it holds the mails that wait, and only those.
pub const QUEUE: &str = "due";

/// A mail as it is queued: who it goes to, and the facts to render.
#[derive(Clone, Debug)]
pub struct Mail {
    /// Who it goes to.
    pub to: EmailAddress,
    /// What it says.
    pub letter: Letter,
}

/// What a mail says: its kind, and the facts of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Letter {
    /// A visitor wrote; staff reply.
    MessageToStaff(MessageToStaff),
    /// The visitor's receipt. It repeats nothing that was typed: whoever fills in somebody else's
    /// address could otherwise send them anything in the clinic's name.
    MessageReceipt(MessageReceipt),
    /// Somebody asks for an appointment, or took one.
    BookingToStaff(BookingToStaff),
    /// The patient's receipt or confirmation. It, too, repeats nothing that was typed.
    BookingToPatient(BookingToPatient),
    /// What waits in quarantine; staff decide.
    QuarantineDigest(QuarantineDigest),
    /// A mail could not be delivered; staff see to it.
    Undelivered(Undelivered),
}

/// The facts of [`Letter::MessageToStaff`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MessageToStaff {
    /// The message's.
    pub reference: Reference,
    /// Who wrote.
    pub name: PersonName,
    /// Where an answer goes.
    pub email: EmailAddress,
    /// If they gave one.
    pub phone: Option<PhoneNumber>,
    /// The topic's name, as the form shows it.
    pub topic: Option<String>,
    /// What they wrote, if the clinic wants it in its mail.
    pub message: Option<FreeText>,
    /// The page that the form stood on.
    pub page: Option<String>,
    /// When it came.
    pub received_at: Timestamp,
    /// Staff's page of the message: a capability link.
    pub review_url: String,
}

/// The facts of [`Letter::MessageReceipt`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MessageReceipt {
    /// The message's.
    pub reference: Reference,
    /// When it came.
    pub received_at: Timestamp,
}

/// The facts of [`Letter::QuarantineDigest`]. Nothing in it tells who wrote, or what they wrote.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct QuarantineDigest {
    /// When it was written.
    pub written_at: Timestamp,
    /// The moment that it covers quarantine up to.
    pub until: Timestamp,
    /// Which of the day's digests it is, from 0; a mail holds only so many lines.
    pub part: u32,
    /// How many there are.
    pub parts: u32,
    /// How many messages wait in all.
    pub waiting: u32,
    /// How many of them came since the digest before.
    pub fresh: u32,
    /// The newest first.
    pub lines: Vec<DigestLine>,
    /// How many older ones did not fit into the day's digests.
    pub left_out: u32,
}

/// The facts of [`Letter::Undelivered`]. It repeats nothing of the mail, which may be why that was
/// refused.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Undelivered {
    /// What the mail was about.
    pub reference: Reference,
    /// The kind of the mail; `kind` is this one's own.
    pub of: String,
    /// What SES said, or why it was not tried any more.
    pub reason: String,
    /// Staff's page, where the mail held a link to it.
    pub review_url: Option<String>,
}

/// A message in quarantine.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DigestLine {
    /// The message's.
    pub reference: Reference,
    /// When it came.
    pub received_at: Timestamp,
    /// The topic's name, as the form shows it.
    pub topic: Option<String>,
    /// Why it is there, in words.
    pub reasons: Vec<String>,
    /// Staff's page of the message: a capability link.
    pub review_url: String,
}

/// The facts of [`Letter::BookingToStaff`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BookingToStaff {
    /// What is booked.
    pub appointment: Appointment,
    /// The patient.
    pub name: PersonName,
    /// Where an answer goes.
    pub email: EmailAddress,
    /// Where a call goes.
    pub phone: PhoneNumber,
    /// Whether they were here before.
    pub returning: bool,
    /// Why they come, if they said.
    pub reason: Option<FreeText>,
}

/// The facts of [`Letter::BookingToPatient`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BookingToPatient {
    /// What is booked.
    pub appointment: Appointment,
    /// Their page of the booking: a capability link.
    pub manage_url: String,
}

/// What is booked, with whom, when.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Appointment {
    /// The booking's.
    pub reference: Reference,
    /// Whether the clinic still has to say yes.
    pub standing: Standing,
    /// The service's name.
    pub service: String,
    /// The practitioner's name.
    pub practitioner: String,
    /// When it starts.
    pub start: Timestamp,
    /// When it ends.
    pub end: Timestamp,
}

/// Whether the clinic still has to say yes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It has.
    Requested,
    /// It need not.
    Confirmed,
}

impl Letter {
    /// The kind's name, as it is stored and as SES tags carry it.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::MessageToStaff(_) => "message_to_staff",
            Self::MessageReceipt(_) => "message_receipt",
            Self::BookingToStaff(_) => "booking_to_staff",
            Self::BookingToPatient(_) => "booking_to_patient",
            Self::QuarantineDigest(_) => "quarantine_digest",
            Self::Undelivered(_) => "undelivered",
        }
    }

    /// What to tell staff when it cannot be delivered. The next digest makes up for one that was not.
    #[must_use]
    pub fn undelivered(&self, reason: &str) -> Option<Self> {
        let (reference, review_url) = match self {
            Self::MessageToStaff(message) => (&message.reference, Some(message.review_url.clone())),
            Self::MessageReceipt(message) => (&message.reference, None),
            Self::BookingToStaff(booking) => (&booking.appointment.reference, None),
            Self::BookingToPatient(booking) => (&booking.appointment.reference, None),
            Self::QuarantineDigest(_) | Self::Undelivered(_) => return None,
        };
        Some(Self::Undelivered(Undelivered {
            reference: reference.clone(),
            of: self.kind().to_owned(),
            reason: reason.to_owned(),
            review_url,
        }))
    }

    /// What it is about: a reference, or the digest's moment and part.
    fn subject(&self) -> String {
        match self {
            Self::MessageToStaff(message) => message.reference.to_string(),
            Self::MessageReceipt(message) => message.reference.to_string(),
            Self::BookingToStaff(booking) => booking.appointment.reference.to_string(),
            Self::BookingToPatient(booking) => booking.appointment.reference.to_string(),
            Self::QuarantineDigest(digest) => format!("{}/{}", digest.written_at, digest.part),
            Self::Undelivered(mail) => format!("{}/{}", mail.reference, mail.of),
        }
    }
}

/// Where a mail is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = MailState)]
pub enum State {
    /// To be sent at `due_at`, or again then, if a try fails.
    Waiting,
    /// SES took it.
    Sent,
    /// SES refused it for good, or it could not be sent for days.
    Failed,
}

/// A mail as it is stored.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StoredMail {
    /// [`mail_id`]: nothing is queued twice.
    pub id: String,
    /// Where it is in its life.
    pub state: State,
    /// [`QUEUE`] while it waits, else absent: the key of the index `due`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue: Option<String>,
    /// When it is to be sent; see [`sortable`].
    pub due_at: String,
    /// When it was to be sent before any try: `due_at` moves with each.
    #[serde(default)]
    pub first_due_at: String,
    /// When it was written.
    pub queued_at: Timestamp,
    /// How often it was tried.
    pub attempts: u32,
    /// Who it goes to.
    pub to: EmailAddress,
    /// What it says.
    pub letter: Letter,
    /// When it is to be forgotten.
    pub expires_at: ExpiresAt,
}

/// A mail's id: `<reference>/<kind>/<revision>`; for a digest its moment and part stand for the
/// reference, and for one that tells of another mail that one's reference and kind.
#[must_use]
pub fn mail_id(subject: &str, kind: &str, revision: u32) -> String {
    format!("{subject}/{kind}/{revision}")
}

impl Mail {
    /// The item to write with what the mail tells of: due now, kept for `keep_days`.
    ///
    /// # Errors
    /// When it cannot be written as attributes.
    pub fn queue(
        self,
        table: &str,
        now: Timestamp,
        revision: u32,
        keep_days: u32,
    ) -> Result<TransactWriteItem, StoreError> {
        let stored = StoredMail {
            id: mail_id(&self.letter.subject(), self.letter.kind(), revision),
            state: State::Waiting,
            queue: Some(QUEUE.to_owned()),
            due_at: sortable(now),
            first_due_at: sortable(now),
            queued_at: now,
            attempts: 0,
            to: self.to,
            letter: self.letter,
            expires_at: ExpiresAt::days_after(now, keep_days),
        };
        put_new(table, "id", stored)
    }
}
