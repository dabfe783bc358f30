//! A small SES v2 endpoint: it takes `SendEmail`, keeps every mail in the outbox, and answers `GetAccount`.

use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{delete, get, post},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use mailer::mail_of;
use serde::Deserialize;
use serde_json::{Value, json};
use shared::clock::Clock;

use super::{
    faults::{Faults, SesFault},
    outbox::{SentMail, SentMails},
};

#[derive(Clone)]
struct Ses {
    outbox: SentMails,
    faults: Faults,
    clock: Clock,
}

/// The part of `SendEmail` that the mailer uses: the mail as it goes over the wire.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SendEmail {
    destination: Destination,
    content: Content,
    #[serde(default)]
    email_tags: Vec<Tag>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Destination {
    to_addresses: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Content {
    raw: Raw,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Raw {
    /// The mail in Base64 (RFC 4648, 4).
    data: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Tag {
    name: String,
    value: String,
}

pub(super) fn routes(outbox: SentMails, faults: Faults, clock: Clock) -> Router {
    Router::new()
        .route("/v2/email/outbound-emails", post(send))
        .route("/v2/email/account", get(account))
        .route("/v2/email/suppression/addresses/{address}", delete(clear))
        .with_state(Ses {
            outbox,
            faults,
            clock,
        })
}

/// The account, of which the mailer reads the rate: so high that nobody waits.
async fn account() -> Json<Value> {
    Json(json!({
        "SendQuota": { "Max24HourSend": 50_000.0, "MaxSendRate": 1_000.0, "SentLast24Hours": 0.0 },
        "SendingEnabled": true,
        "EnforcementStatus": "HEALTHY",
        "ProductionAccessEnabled": true,
    }))
}

/// There is no suppression list here, so that nothing is on it.
async fn clear() -> Response {
    let message = "Email address does not exist on your suppression list.";
    refusal(StatusCode::NOT_FOUND, "NotFoundException", message)
}

async fn send(State(ses): State<Ses>, Json(mail): Json<SendEmail>) -> Response {
    if let Some(refused) = refused(ses.faults.ses()) {
        return refused;
    }
    let Some(sent) = read(mail, ses.clock.now()) else {
        let message = "The mail cannot be read.";
        return refusal(StatusCode::BAD_REQUEST, "BadRequestException", message);
    };
    let id = sent.id.clone();
    // On disk before the answer, so that a mail that was shown in the outbox survives a crash.
    match ses.outbox.keep(sent) {
        Ok(()) => Json(json!({ "MessageId": id })).into_response(),
        Err(error) => {
            tracing::error!(%error, "the outbox cannot be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

fn read(mail: SendEmail, now: Timestamp) -> Option<SentMail> {
    let source = STANDARD.decode(mail.content.raw.data).ok()?;
    let source = String::from_utf8(source).ok()?;
    let read = SentMail::read(source, mail.destination.to_addresses)?;
    let tag = |name: &str| {
        let tag = mail.email_tags.iter().find(|tag| tag.name == name);
        tag.map(|tag| tag.value.clone()).unwrap_or_default()
    };
    Some(SentMail {
        kind: tag("kind"),
        mail: mail_of(&tag("mail")).unwrap_or_default(),
        sent_at: now,
        ..read
    })
}

/// What SES answers with this fault, in its own words.
fn refused(fault: SesFault) -> Option<Response> {
    let (status, kind, message) = match fault {
        SesFault::Ok => return None,
        SesFault::Down => return Some(StatusCode::SERVICE_UNAVAILABLE.into_response()),
        SesFault::Throttle => (
            StatusCode::TOO_MANY_REQUESTS,
            "TooManyRequestsException",
            "Maximum sending rate exceeded.",
        ),
        SesFault::Paused => (
            StatusCode::BAD_REQUEST,
            "SendingPausedException",
            "Email sending is disabled for your account.",
        ),
        SesFault::Reject => (StatusCode::BAD_REQUEST, "MessageRejected", "Bad content"),
    };
    Some(refusal(status, kind, message))
}

fn refusal(status: StatusCode, kind: &'static str, message: &str) -> Response {
    (
        status,
        [("x-amzn-errortype", kind)],
        Json(json!({ "message": message })),
    )
        .into_response()
}
