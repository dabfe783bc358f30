//! An event that SES publishes about a mail, as `EventBridge` delivers it
//! (<https://docs.aws.amazon.com/ses/latest/dg/monitoring-eventbridge.html>).

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;

use shared::outbox::{Outcome, StoredMail};

use crate::{
    feedback::what::What,
    tags::{MAIL, mail_of},
};

/// The envelope. Events come at least once, late, and in any order.
#[derive(Debug, Deserialize)]
pub struct SesEvent {
    id: String,
    /// When it happened, in whole seconds.
    time: Timestamp,
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

impl Feedback {
    /// Whether the reader does not have the mail, or does not want it. An automatic answer to a mail that was delivered is
    /// nothing bad.
    pub(super) fn is_bad_for(&self, mail: &StoredMail) -> bool {
        match self.what {
            What::Delivered | What::Delayed => false,
            What::SoftBounced => mail.outcome() != Some(Outcome::Delivered),
            What::Bounced | What::Complained | What::Rejected => true,
        }
    }
}

impl SesEvent {
    /// What it says. `None` when it is about no mail of ours, or of a kind that changes nothing.
    pub(super) fn feedback(self) -> Option<Feedback> {
        let Detail { mail, .. } = &self.detail;
        let tag = mail.tags.get(MAIL)?.first()?;
        let of = mail_of(tag)?;
        let (what, at, detail) = self.detail.read(self.time)?;
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
    fn read(self, time: Timestamp) -> Option<(What, Timestamp, String)> {
        match self.event_type.as_str() {
            "Delivery" => {
                let at = self.delivery.map_or(time, |delivery| delivery.timestamp);
                Some((What::Delivered, at, String::new()))
            }
            "DeliveryDelay" => {
                let delay = self.delivery_delay?;
                let detail = format!(
                    "the recipient's mail server is not accepting it yet ({})",
                    delay.kind
                );
                Some((What::Delayed, delay.timestamp, detail))
            }
            "Bounce" => {
                let bounce = self.bounce?;
                let what = match bounce.kind.as_str() {
                    "Permanent" => What::Bounced,
                    _ => What::SoftBounced,
                };
                Some((what, bounce.timestamp, bounce.words()))
            }
            "Complaint" => {
                let complaint = self.complaint?;
                // Somebody took our mail out of their spam (RFC 6430).
                if complaint.kind.as_deref() == Some("not-spam") {
                    return None;
                }
                let detail = "it was reported as spam".to_owned();
                Some((What::Complained, complaint.timestamp, detail))
            }
            "Reject" => {
                let reason = self.reject.map(|reject| reject.reason).unwrap_or_default();
                let detail =
                    format!("the email service found something harmful in our email ({reason})");
                Some((What::Rejected, time, detail))
            }
            _ => None,
        }
    }
}

impl Bounce {
    /// Why it came back
    /// (<https://docs.aws.amazon.com/ses/latest/dg/notification-contents.html#bounce-types>).
    fn words(&self) -> String {
        let (kind, sub) = (self.kind.as_str(), self.sub_kind.as_str());
        match (kind, sub) {
            (_, "MailboxFull") => "the mailbox is full",
            (_, "MessageTooLarge") => "the email is too large for the mailbox",
            (_, "ContentRejected" | "AttachmentRejected") => {
                "the recipient's mail server refuses what is in it"
            }
            (_, "Suppressed" | "OnAccountSuppressionList") => {
                "an earlier email to this address came back"
            }
            ("Permanent", _) => "there is no such email address",
            _ => "the recipient's mail server did not accept it",
        }
        .to_owned()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::tags::tag_of;

    fn read(event_type: &str, field: &str, about: &Value) -> Option<Feedback> {
        let event = json!({
            "id": "1", "time": "2026-12-01T14:00:02Z", "detail-type": "Email", "source": "aws.ses",
            "detail": {
                "eventType": event_type, field: about,
                "mail": { "timestamp": "2026-12-01T14:00:00.000Z", "tags": { "mail": [tag_of("B-1/booking_confirmed/0")] } },
            },
        });
        serde_json::from_value::<SesEvent>(event)
            .unwrap()
            .feedback()
    }

    fn bounce(kind: &str, sub_kind: &str) -> (What, String) {
        let about = json!({
            "bounceType": kind, "bounceSubType": sub_kind, "timestamp": "2026-12-01T14:00:01.000Z", "bouncedRecipients": [],
        });
        let feedback = read("Bounce", "bounce", &about).unwrap();
        assert_eq!(feedback.mail, "B-1/booking_confirmed/0");
        (feedback.what, feedback.detail)
    }

    #[test]
    fn only_a_permanent_bounce_is_for_good() {
        let (hard, words) = bounce("Permanent", "NoEmail");
        assert_eq!(
            (hard, words.as_str()),
            (What::Bounced, "there is no such email address")
        );
        // What an automatic answer looks like.
        assert_eq!(bounce("Transient", "General").0, What::SoftBounced);
        assert_eq!(bounce("Undetermined", "Undetermined").0, What::SoftBounced);
        let (soft, words) = bounce("Transient", "MailboxFull");
        assert_eq!(
            (soft, words.as_str()),
            (What::SoftBounced, "the mailbox is full")
        );
    }

    #[test]
    fn who_takes_a_mail_out_of_their_spam_does_not_complain() {
        let complaint = |kind: &str| {
            let about =
                json!({ "complaintFeedbackType": kind, "timestamp": "2026-12-01T14:00:01.000Z" });
            read("Complaint", "complaint", &about).map(|feedback| feedback.what)
        };

        assert_eq!(complaint("abuse"), Some(What::Complained));
        assert_eq!(complaint("not-spam"), None);
    }

    #[test]
    fn events_that_change_nothing_and_those_of_others_are_left_alone() {
        assert!(read("Open", "open", &json!({})).is_none());
        let foreign = json!({
            "id": "1", "time": "2026-12-01T14:00:02Z", "detail": { "eventType": "Delivery", "mail": { "timestamp": "2026-12-01T14:00:00Z", "tags": {} } },
        });
        let foreign: SesEvent = serde_json::from_value(foreign).unwrap();
        assert!(foreign.feedback().is_none());
    }
}
