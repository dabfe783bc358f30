//! `/_local/ses-events`: the events that SES would publish about a mail, handed to the mailer as `EventBridge` would.

use axum::{
    Json, Router,
    extract::{State, rejection::JsonRejection},
    routing::post,
};
use jiff::Timestamp;
use mailer::Event;
use serde::Deserialize;
use serde_json::{Value, json};
use shared::{clock::Clock, http::Problem};

use super::{
    outbox::{SentMail, SentMails},
    schedules::Schedules,
};

#[derive(Clone)]
pub(super) struct Feedback {
    sent: SentMails,
    schedules: Schedules,
    clock: Clock,
}

impl Feedback {
    pub(super) fn new(sent: &SentMails, schedules: &Schedules, clock: &Clock) -> Self {
        Self {
            sent: sent.clone(),
            schedules: schedules.clone(),
            clock: clock.clone(),
        }
    }
}

/// The body of a request. The mail's id is that of the outbox, or that of the Mail table.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    mail: String,
    what: What,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum What {
    Bounce,
    Complaint,
    Delivery,
    Reject,
    Delay,
}

pub(super) fn routes(feedback: Feedback) -> Router {
    Router::new()
        .route("/_local/ses-events", post(publish))
        .with_state(feedback)
}

/// Answers with the event, once the mailer has handled it.
async fn publish(
    State(feedback): State<Feedback>,
    wanted: Result<Json<Wanted>, JsonRejection>,
) -> Result<Json<Value>, Problem> {
    const HELP: &str = "Send { \"mail\": \"<id>\", \"what\": \"bounce|complaint|delivery|reject|delay\" }, with the id of a mail in /_local/outbox";
    let Json(Wanted { mail, what }) = wanted.map_err(|_| Problem::malformed(HELP))?;
    let mut mails = feedback.sent.mails().into_iter().rev();
    let mail = mails.find(|sent| sent.id == mail || sent.mail == mail);
    let mail = mail.ok_or_else(Problem::not_found)?;
    let event = event(&mail, what, feedback.clock.now());
    let delivered: Event =
        serde_json::from_value(event.clone()).map_err(|_| Problem::unavailable())?;
    let mailer = feedback.schedules.mailer().await;
    let handled = mailer.handle(delivered).await;
    handled.map_err(|_| Problem::unavailable())?;
    Ok(Json(event))
}

/// The event, as SES's documentation shows it.
fn event(mail: &SentMail, what: What, now: Timestamp) -> Value {
    let (detail_type, event_type, field) = match what {
        What::Bounce => ("Email Bounced", "Bounce", "bounce"),
        What::Complaint => ("Email Complaint Received", "Complaint", "complaint"),
        What::Delivery => ("Email Delivered", "Delivery", "delivery"),
        What::Reject => ("Email Rejected", "Reject", "reject"),
        What::Delay => ("Email Delivery Delayed", "DeliveryDelay", "deliveryDelay"),
    };
    json!({
        "version": "0",
        "id": format!("{:016x}", fastrand::u64(..)),
        "detail-type": detail_type,
        "source": "aws.ses",
        "account": "000000000000",
        "time": now,
        "region": "ca-central-1",
        "resources": [],
        "detail": {
            "eventType": event_type,
            "mail": {
                "timestamp": mail.sent_at, "messageId": mail.id, "source": mail.from, "destination": mail.to,
                "tags": { "kind": [mail.kind], "mail": [mailer::tag_of(&mail.mail)] },
            },
            field: about(mail, what, now),
        },
    })
}

/// What it says of the first recipient.
fn about(mail: &SentMail, what: What, now: Timestamp) -> Value {
    let to = mail.to.first();
    match what {
        What::Bounce => json!({
            "bounceType": "Permanent", "bounceSubType": "General", "timestamp": now,
            "bouncedRecipients": [{ "emailAddress": to, "action": "failed", "status": "5.1.1" }],
        }),
        What::Complaint => json!({
            "complaintFeedbackType": "abuse", "timestamp": now, "complainedRecipients": [{ "emailAddress": to }],
        }),
        What::Delivery => json!({ "timestamp": now, "recipients": [to], "smtpResponse": "250 ok" }),
        What::Reject => json!({ "reason": "Bad content" }),
        What::Delay => json!({ "delayType": "MailboxFull", "timestamp": now }),
    }
}
