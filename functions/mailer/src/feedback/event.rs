//! An event that SES publishes about a mail, as `EventBridge` delivers it
//! (<https://docs.aws.amazon.com/ses/latest/dg/monitoring-eventbridge.html>).

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;

use shared::outbox::Outcome;

use crate::tags::{MAIL, mail_of};

/// The envelope. Events come at least once, late, and in any order.
#[derive(Debug, Deserialize)]
pub struct SesEvent {
    id: String,
    detail: Detail,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Detail {
    event_type: String,
    mail: MailOfEvent,
    #[serde(default)]
    bounce: Option<Bounce>,
    #[serde(default)]
    complaint: Option<Complaint>,
    #[serde(default)]
    delivery: Option<Moment>,
    #[serde(default)]
    reject: Option<Reject>,
    #[serde(default)]
    delivery_delay: Option<Delay>,
}

#[derive(Debug, Deserialize)]
struct MailOfEvent {
    timestamp: Timestamp,
    #[serde(default)]
    tags: BTreeMap<String, Vec<String>>,
}

#[derive(Debug, Deserialize)]
struct Bounce {
    #[serde(rename = "bounceType")]
    kind: String,
    #[serde(default, rename = "bounceSubType")]
    sub_kind: String,
    timestamp: Timestamp,
}

#[derive(Debug, Deserialize)]
struct Complaint {
    #[serde(default, rename = "complaintFeedbackType")]
    kind: Option<String>,
    timestamp: Timestamp,
}

#[derive(Debug, Deserialize)]
struct Moment {
    timestamp: Timestamp,
}

#[derive(Debug, Deserialize)]
struct Reject {
    #[serde(default)]
    reason: String,
}

#[derive(Debug, Deserialize)]
struct Delay {
    #[serde(default, rename = "delayType")]
    kind: String,
    timestamp: Timestamp,
}

/// What happened to a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    Delivered,
    /// It is still being tried.
    Delayed,
    Bounced,
    Complained,
    /// SES found a virus in it after it had taken it.
    Rejected,
}

impl What {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Delayed => "delayed",
            Self::Bounced => "bounced",
            Self::Complained => "complained",
            Self::Rejected => "rejected",
        }
    }

    pub(super) fn outcome(self) -> Option<Outcome> {
        match self {
            Self::Delivered => Some(Outcome::Delivered),
            Self::Bounced => Some(Outcome::Bounced),
            Self::Complained => Some(Outcome::Complained),
            Self::Delayed | Self::Rejected => None,
        }
    }

    /// Whether the reader does not have the mail, or does not want it.
    pub(super) fn is_bad(self) -> bool {
        matches!(self, Self::Bounced | Self::Complained | Self::Rejected)
    }
}

/// What came back about a mail of ours.
#[derive(Debug)]
pub(super) struct Feedback {
    /// The event's own id, the same when it comes again.
    pub(super) id: String,
    /// The id of the mail that it is about.
    pub(super) mail: String,
    pub(super) at: Timestamp,
    pub(super) what: What,
    /// What happened, in words for staff.
    pub(super) detail: String,
}

impl SesEvent {
    /// What it says. `None` when it is about no mail of ours, or of a kind that changes nothing.
    pub(super) fn feedback(self) -> Option<Feedback> {
        let Detail { mail, .. } = &self.detail;
        let tag = mail.tags.get(MAIL)?.first()?;
        let of = mail_of(tag)?;
        let sent_at = mail.timestamp;
        let (what, at, detail) = self.detail.read(sent_at)?;
        Some(Feedback {
            id: self.id,
            mail: of,
            at,
            what,
            detail,
        })
    }
}

impl Detail {
    fn read(self, sent_at: Timestamp) -> Option<(What, Timestamp, String)> {
        match self.event_type.as_str() {
            "Delivery" => {
                let at = self.delivery.map_or(sent_at, |delivery| delivery.timestamp);
                Some((What::Delivered, at, String::new()))
            }
            "DeliveryDelay" => {
                let delay = self.delivery_delay?;
                let detail = format!("the mail server does not take it yet ({})", delay.kind);
                Some((What::Delayed, delay.timestamp, detail))
            }
            "Bounce" => {
                let bounce = self.bounce?;
                Some((What::Bounced, bounce.timestamp, bounce.words()))
            }
            "Complaint" => {
                let complaint = self.complaint?;
                let kind = complaint.kind;
                let kind = kind.map_or_else(String::new, |kind| format!(" ({kind})"));
                let detail = format!("it was reported as spam{kind}");
                Some((What::Complained, complaint.timestamp, detail))
            }
            "Reject" => {
                let reason = self.reject.map(|reject| reject.reason).unwrap_or_default();
                let detail = format!("the mail service found something harmful in it ({reason})");
                Some((What::Rejected, sent_at, detail))
            }
            _ => None,
        }
    }
}

impl Bounce {
    /// Why it came back, with SES's words for it in brackets
    /// (<https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html#bounce-types>).
    fn words(&self) -> String {
        let (kind, sub) = (self.kind.as_str(), self.sub_kind.as_str());
        let words = match (kind, sub) {
            (_, "MailboxFull") => "the mailbox is full",
            (_, "MessageTooLarge") => "the mail is too large for the mailbox",
            (_, "ContentRejected" | "AttachmentRejected") => {
                "the mail server refuses what is in it"
            }
            (_, "Suppressed" | "OnAccountSuppressionList") => {
                "an earlier mail to this address came back"
            }
            ("Permanent", _) => "there is no such address",
            _ => "the mail server does not take it",
        };
        match sub {
            "" => format!("{words} ({kind})"),
            sub => format!("{words} ({kind}, {sub})"),
        }
    }
}
