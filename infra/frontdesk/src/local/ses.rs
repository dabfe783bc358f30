//! A small SES v2 endpoint: it takes `SendEmail` and keeps every mail in the outbox.

use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::post,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::Deserialize;
use serde_json::json;
use shared::clock::Clock;

use super::{
    faults::{Faults, SesFault},
    outbox::{SentFile, SentMail, SentMails},
};

#[derive(Clone)]
struct Ses {
    outbox: SentMails,
    faults: Faults,
    clock: Clock,
}

/// The part of `SendEmail` that the mailer uses.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SendEmail {
    from_email_address: String,
    destination: Destination,
    #[serde(default)]
    reply_to_addresses: Vec<String>,
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
    simple: Simple,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Simple {
    subject: Text,
    body: Body,
    #[serde(default)]
    attachments: Vec<Attachment>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Attachment {
    file_name: String,
    content_type: String,
    /// The content of the file in Base64.
    raw_content: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Body {
    text: Text,
    html: Text,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Text {
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
        .with_state(Ses {
            outbox,
            faults,
            clock,
        })
}

async fn send(State(ses): State<Ses>, Json(mail): Json<SendEmail>) -> Response {
    match ses.faults.ses() {
        SesFault::Ok => {}
        SesFault::Throttle => {
            return refusal(
                StatusCode::TOO_MANY_REQUESTS,
                "TooManyRequestsException",
                "Maximum sending rate exceeded.",
            );
        }
        SesFault::Reject => {
            return refusal(StatusCode::BAD_REQUEST, "MessageRejected", "Bad content");
        }
        SesFault::Down => return StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
    let Simple {
        subject,
        body,
        attachments,
    } = mail.content.simple;
    let Some(files) = attachments.into_iter().map(file).collect() else {
        let message = "An attachment is no text in Base64.";
        return refusal(StatusCode::BAD_REQUEST, "BadRequestException", message);
    };
    let kind = mail
        .email_tags
        .into_iter()
        .find(|tag| tag.name == "kind")
        .map(|tag| tag.value);
    let sent = SentMail {
        id: format!("{:016x}{:016x}", fastrand::u64(..), fastrand::u64(..)),
        to: mail.destination.to_addresses,
        from: mail.from_email_address,
        reply_to: mail.reply_to_addresses,
        subject: subject.data,
        text: body.text.data,
        html: body.html.data,
        kind: kind.unwrap_or_default(),
        files,
        sent_at: ses.clock.now(),
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

fn file(attachment: Attachment) -> Option<SentFile> {
    let bytes = STANDARD.decode(attachment.raw_content).ok()?;
    Some(SentFile {
        name: attachment.file_name,
        media_type: attachment.content_type,
        text: String::from_utf8(bytes).ok()?,
    })
}

fn refusal(status: StatusCode, kind: &'static str, message: &str) -> Response {
    (
        status,
        [("x-amzn-errortype", kind)],
        Json(json!({ "message": message })),
    )
        .into_response()
}
