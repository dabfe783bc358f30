//! `POST /contact`.

use axum::{
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use maud::{Markup, html};
use serde::{Deserialize, Serialize};
use shared::{
    clinic::Clinic,
    guard::{Answer, Attempt, IdempotencyKey},
    http::{Accepts, Fields, Problem, page, show_page},
    reference::Reference,
    telemetry::Causes,
};

use crate::{ContactDesk, message::Message, messages::ReceiveError};

/// What the sender is told: nothing of what they wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Receipt {
    reference: Reference,
    status: Status,
    received_at: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Status {
    Received,
}

impl Receipt {
    pub(crate) fn of(message: &Message, clinic: &Clinic) -> Self {
        Self {
            reference: message.reference.clone(),
            status: Status::Received,
            received_at: clinic.local_time(message.received_at),
        }
    }
}

/// Takes a message in.
pub(crate) async fn submit(
    State(desk): State<ContactDesk>,
    accepts: Accepts,
    key: IdempotencyKey,
    fields: Fields,
) -> Result<Response, Problem> {
    let clinic = desk.clinic.current();
    let attempt = Attempt::of("POST /contact", &key, &fields)?;
    let message = Message::parse(&fields, &clinic, desk.clock.now())?;
    let answer = desk.messages.receive(&message, &attempt, &clinic).await?;
    if !answer.replayed {
        tracing::info!(message.reference = %answer.content.reference, "stored contact message");
    }
    Ok(created(&answer, accepts, &clinic))
}

fn created(answer: &Answer<Receipt>, accepts: Accepts, clinic: &Clinic) -> Response {
    let mut response = match accepts {
        Accepts::Json => axum::Json(&answer.content).into_response(),
        Accepts::Html => show_page(thanks(&answer.content, clinic)),
    };
    *response.status_mut() = StatusCode::CREATED;
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if answer.replayed {
        headers.insert("idempotency-replayed", HeaderValue::from_static("true"));
    }
    response
}

fn thanks(receipt: &Receipt, clinic: &Clinic) -> Markup {
    page(
        "Thank you: your message has arrived",
        &html! {
            p { "We will get back to you as soon as possible. A receipt is on its way to your mailbox." }
            p { "Your reference is " strong { (receipt.reference.as_str()) } "." }
            p { "If it cannot wait, call us: " a href=(clinic.phone.tel()) { (clinic.phone.as_str()) } "." }
            p { a href=(clinic.website) { "Back to " (clinic.name) } }
        },
    )
}

impl From<ReceiveError> for Problem {
    fn from(error: ReceiveError) -> Self {
        match error {
            ReceiveError::Replay(replay) => replay.into(),
            ReceiveError::Unavailable(_) | ReceiveError::Unwritable(_) => {
                tracing::error!(error = %Causes(&error), "a contact message was not stored");
                Problem::unavailable()
            }
        }
    }
}
