//! `POST /contact`.

use axum::{extract::State, response::Response};
use jiff::Timestamp;
use maud::html;
use serde::{Deserialize, Serialize};
use shared::{
    clinic::{Clinic, ProofOfWork},
    guard::{Answer, Attempt, IdempotencyKey, Sender},
    http::{Accepts, ClientAddress, Fields, Page, Problem, ProblemDocument},
    reference::Reference,
    telemetry::Causes,
};
use utoipa::ToSchema;

use crate::{
    ContactDesk, form,
    message::{HONEYPOT, Message, PROOF},
    messages::{Delivery, ReceiveError},
    next::{next, origins},
    proof::Proof,
    screen::{Circumstances, judge},
};

/// What a form sends. A field that is not among these is refused.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "forms are read field by field, so that all mistakes are told at once"
)]
pub(crate) struct ContactForm {
    #[schema(max_length = 100)]
    name: String,
    #[schema(max_length = 254, format = "email")]
    email: String,
    #[schema(max_length = 32)]
    phone: Option<String>,
    /// One of the clinic's topics, by id.
    topic: Option<String>,
    #[schema(max_length = 5000)]
    message: String,
    /// Has to be true; `on` in a form.
    consent: bool,
    /// The page that the form stands on.
    #[schema(format = "uri")]
    page: Option<String>,
    /// A solved challenge, Base64.
    altcha: Option<String>,
    /// Where a browser goes on to; allowed origins only.
    #[schema(format = "uri")]
    _next: Option<String>,
    /// The honeypot: hidden from people, and to be left empty.
    _gotcha: Option<String>,
    /// From the form at `/contact/form`.
    _token: Option<String>,
    /// The version of the consent text that the form shows.
    _consent_version: Option<String>,
    /// Stands in for the header.
    _idempotency_key: Option<String>,
}

/// What the sender is told: nothing of what they wrote, and nothing of a quarantine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = MessageReceipt)]
pub(crate) struct Receipt {
    reference: Reference,
    status: Status,
    #[schema(format = DateTime)]
    received_at: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = MessageReceiptStatus)]
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

/// Takes a message in. A browser that is refused gets its form again.
#[utoipa::path(
    post, path = "/contact", tag = "contact", operation_id = "submitContact",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body get the same answer for 24 hours; without one, the same body does for ten minutes")),
    request_body(content((ContactForm = "application/json"), (ContactForm = "application/x-www-form-urlencoded"), (ContactForm = "multipart/form-data"))),
    responses(
        (status = 201, description = "Stored; the same for a message in quarantine", content((Receipt = "application/json"), (String = "text/html"))),
        (status = 303, description = "To `_next`, for a browser's form that names an allowed one"),
        (status = "default", response = ProblemDocument),
    ),
)]
pub(crate) async fn submit(
    State(desk): State<ContactDesk>,
    accepts: Accepts,
    address: ClientAddress,
    key: IdempotencyKey,
    fields: Fields,
) -> Result<Response, Problem> {
    let clinic = desk.clinic.current();
    let answer = desk
        .take_in(&fields, &key, address, &clinic)
        .await
        .map_err(|problem| match accepts {
            Accepts::Html => {
                let page = form::again(&desk, &clinic, &fields, &problem);
                problem.with_page(page)
            }
            Accepts::Json => problem,
        })?;
    match (accepts, next(&fields, &origins(&clinic, &desk.api_url))) {
        (Accepts::Html, Some(next)) => Ok(answer.see_other(next)),
        _ => Ok(answer.created(accepts, |receipt| thanks(receipt, &clinic))),
    }
}

impl ContactDesk {
    async fn take_in(
        &self,
        fields: &Fields,
        key: &IdempotencyKey,
        address: ClientAddress,
        clinic: &Clinic,
    ) -> Result<Answer<Receipt>, Problem> {
        let now = self.clock.now();
        let attempt = Attempt::of("POST /contact", key, fields);
        let message = Message::parse(fields, clinic, now);
        let (attempt, message) = both(attempt, message)?;
        let how = self.circumstances(fields, clinic, now);
        let delivery = Delivery {
            verdict: judge(&message, &how, clinic.contact.screening),
            message,
            attempt,
            sender: Sender::of(address, &self.keys, clinic, now),
            proof: how.proof,
        };
        Ok(self.messages.receive(delivery, &self.links, clinic).await?)
    }

    fn circumstances(&self, fields: &Fields, clinic: &Clinic, now: Timestamp) -> Circumstances {
        let proof = match clinic.contact.screening.proof_of_work {
            ProofOfWork::Off => Proof::None,
            ProofOfWork::On | ProofOfWork::RequiredWithoutToken => {
                let given = fields.peek(PROOF).unwrap_or_default();
                self.proofs.check(given, now)
            }
        };
        Circumstances {
            hidden_field: !fields.is_blank(HONEYPOT),
            opened: self.tokens.opened(fields, now),
            proof,
        }
    }
}

/// Both, or the problems of both.
fn both<A, B>(one: Result<A, Problem>, other: Result<B, Problem>) -> Result<(A, B), Problem> {
    match (one, other) {
        (Ok(one), Ok(other)) => Ok((one, other)),
        (Err(one), Err(other)) => Err(one.and(other)),
        (Err(problem), Ok(_)) | (Ok(_), Err(problem)) => Err(problem),
    }
}

fn thanks(receipt: &Receipt, clinic: &Clinic) -> Page {
    Page::new(
        "Thank you: your message has arrived",
        &html! {
            p { "We will get back to you as soon as possible." }
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
            ReceiveError::TooMany { seconds } => Problem::too_many_requests(seconds),
            ReceiveError::Unavailable(_) | ReceiveError::Unwritable(_) => {
                tracing::error!(error = %Causes(&error), "a contact message was not stored");
                Problem::unavailable()
            }
        }
    }
}
