//! A message as it stands in the Contact table, and the mails that tell of it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use shared::{
    clinic::Clinic,
    outbox::{Letter, Mail, MessageReceipt, MessageToStaff, State as MailState},
    reference::Reference,
    stored::{ExpiresAt, Moment},
    values::{EmailAddress, FreeText, PersonName, PhoneNumber},
};
use utoipa::ToSchema;

use crate::{
    message::Message,
    screen::{Reason, Verdict},
};

/// The sort key of a message.
pub(crate) const SORT: &str = "message";

/// Where a message is in its life, which is also its key in the index `inbox`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = MessageStatus)]
pub(crate) enum State {
    /// Staff were told; they have not said that it is done.
    Received,
    /// It is suspicious; staff decide.
    Quarantined,
    /// It is done.
    Handled,
    /// Staff say that it is spam.
    Spam,
}

/// A message as it is stored. `inbox` and `received_at` are the key of the index `inbox`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct StoredMessage {
    pk: String,
    sk: String,
    pub(crate) reference: Reference,
    pub(crate) inbox: State,
    pub(crate) received_at: Moment,
    pub(crate) name: PersonName,
    pub(crate) email: EmailAddress,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) phone: Option<PhoneNumber>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) topic: Option<String>,
    pub(crate) message: FreeText,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) page: Option<String>,
    /// The version of the text that the sender agreed to.
    pub(crate) consent_version: String,
    /// Why it was quarantined; empty if it never was.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) reasons: Vec<Reason>,
    /// When its mails were queued; absent while it waits in quarantine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) mailed_at: Option<Timestamp>,
    expires_at: ExpiresAt,
}

/// How a mail of a message fares.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct MailProgress {
    letter: Kind,
    pub(crate) state: MailState,
    #[serde(default)]
    pub(crate) history: Vec<MailEvent>,
    expires_at: ExpiresAt,
}

#[derive(Clone, Copy, Debug, Deserialize)]
struct Kind {
    kind: MailKind,
}

/// Who a mail of a message goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum MailKind {
    MessageToStaff,
    MessageReceipt,
}

impl MailProgress {
    pub(crate) fn kind(&self) -> MailKind {
        self.letter.kind
    }

    pub(crate) fn is_past(&self, now: Timestamp) -> bool {
        self.expires_at.is_past(now)
    }
}

/// What became of one try to send a mail.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct MailEvent {
    pub(crate) at: Timestamp,
    pub(crate) detail: String,
}

const PARTITION: &str = "message#";

pub(crate) fn partition(reference: &Reference) -> String {
    format!("{PARTITION}{reference}")
}

/// The reference that a partition is of.
pub(crate) fn reference_of(partition: &str) -> Option<Reference> {
    Reference::parse_contact(partition.strip_prefix(PARTITION)?)
}

impl StoredMessage {
    pub(crate) fn of(message: &Message, verdict: &Verdict, clinic: &Clinic) -> Self {
        let quarantined = verdict.is_quarantined();
        let now = message.received_at;
        Self {
            pk: partition(&message.reference),
            sk: SORT.to_owned(),
            reference: message.reference.clone(),
            inbox: if quarantined {
                State::Quarantined
            } else {
                State::Received
            },
            received_at: Moment(now),
            name: message.name.clone(),
            email: message.email.clone(),
            phone: message.phone.clone(),
            topic: message.topic.as_ref().map(|topic| topic.id.clone()),
            message: message.text.clone(),
            page: message.page.clone(),
            consent_version: clinic.contact.consent.version.clone(),
            reasons: verdict.reasons().to_vec(),
            mailed_at: (!quarantined).then_some(now),
            expires_at: ExpiresAt::days_after(now, clinic.retention.messages_days),
        }
    }

    pub(crate) fn is_past(&self, now: Timestamp) -> bool {
        self.expires_at.is_past(now)
    }

    /// The topic's name, as long as the clinic has it.
    pub(crate) fn topic_name(&self, clinic: &Clinic) -> Option<String> {
        Some(clinic.topic(self.topic.as_deref()?)?.name.clone())
    }

    /// The mails that tell staff of the message and the visitor of its arrival.
    pub(crate) fn mails(&self, review_url: String, clinic: &Clinic) -> [Mail; 2] {
        let text = clinic.contact.text_by_mail.then(|| self.message.clone());
        let to_staff = MessageToStaff {
            reference: self.reference.clone(),
            name: self.name.clone(),
            email: self.email.clone(),
            phone: self.phone.clone(),
            topic: self.topic_name(clinic),
            message: text,
            page: self.page.clone(),
            received_at: self.received_at.0,
            review_url,
        };
        let receipt = MessageReceipt {
            reference: self.reference.clone(),
            received_at: self.received_at.0,
        };
        [
            Mail {
                to: clinic.mail.staff.clone(),
                letter: Letter::MessageToStaff(to_staff),
            },
            Mail {
                to: self.email.clone(),
                letter: Letter::MessageReceipt(receipt),
            },
        ]
    }
}
