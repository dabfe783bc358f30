//! `POST /contact`.

use axum::{extract::State, response::Response};
use maud::{Markup, html};
use serde::{Deserialize, Serialize};
use shared::{
    clinic::Clinic,
    guard::{Attempt, IdempotencyKey},
    http::{Accepts, Fields, Problem, page},
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
    Ok(answer.created(accepts, |receipt| thanks(receipt, &clinic)))
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
