//! `POST /contact`.

use axum::{extract::State, response::Response};
use shared::{
    clinic::ProofOfWork,
    guard::{Answer, Attempt, IdempotencyKey, Sender},
    http::{Accepts, ClientAddress, Fields, Problem, ProblemDocument},
    telemetry::Causes,
};
use utoipa::ToSchema;

use crate::{
    ContactDesk,
    context::Context,
    message::{
        Acknowledgement, HONEYPOT, Message, NOT_CONTENT, PROOF,
        screen::{Circumstances, judge},
    },
    next::{next, origins},
    pages,
    proof::Proof,
    store::{ReceiveError, Submission},
};

/// What a form sends. Any other field is refused.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "forms are read field by field, so that all mistakes are named at once"
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
    /// The page that the form is on.
    #[schema(format = "uri")]
    page: Option<String>,
    /// A solved challenge, as the widget sends it: Base64.
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

/// Takes a message in. A browser that is refused gets its form again.
#[utoipa::path(
    post, path = "/contact", tag = "contact", operation_id = "submitContact",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body get the same answer for 24 hours; without one, the same body does for ten minutes")),
    request_body(content((ContactForm = "application/json"), (ContactForm = "application/x-www-form-urlencoded"), (ContactForm = "multipart/form-data"))),
    responses(
        (status = 201, description = "Stored; the same for a message in quarantine", content((Acknowledgement = "application/json"), (String = "text/html"))),
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
    let context = desk.context();
    let received = desk.receive(&fields, &key, address, &context).await;
    let answer = received.map_err(|problem| match accepts {
        Accepts::Html => desk.form_again(&fields, problem, &context),
        Accepts::Json => problem,
    })?;
    let clinic = &context.clinic;
    match (accepts, next(&fields, &origins(clinic, &desk.api_url))) {
        (Accepts::Html, Some(next)) => Ok(answer.see_other(next)),
        _ => Ok(answer.created(accepts, |content| pages::thanks::page(content, clinic))),
    }
}

impl ContactDesk {
    /// Reads, judges and stores the message.
    async fn receive(
        &self,
        fields: &Fields,
        key: &IdempotencyKey,
        address: ClientAddress,
        context: &Context<'_>,
    ) -> Result<Answer<Acknowledgement>, Problem> {
        let attempt = Attempt::of("POST /contact", key, fields, &NOT_CONTENT);
        let message = Message::parse(fields, &context.clinic, context.now);
        let (attempt, message) = both(attempt, message)?;
        let how = self.circumstances(fields, context);
        let submission = Submission {
            verdict: judge(&message, &how, context.clinic.contact().screening),
            message,
            attempt,
            sender: Sender::of(address, &self.keys, &context.clinic, context.now),
            proof: how.proof,
        };
        Ok(self.messages.receive(submission, context).await?)
    }

    fn circumstances(&self, fields: &Fields, context: &Context<'_>) -> Circumstances {
        let proof = match context.clinic.contact().screening.proof_of_work {
            ProofOfWork::Off => Proof::None,
            ProofOfWork::On | ProofOfWork::RequiredWithoutToken => {
                let given = fields.peek(PROOF).unwrap_or_default();
                self.proofs.check(given, context.now)
            }
        };
        Circumstances {
            hidden_field: !fields.is_blank(HONEYPOT),
            opened: self.tokens.opened(fields, context.now),
            proof,
        }
    }

    /// The problem, shown to a browser as the form with what was typed.
    fn form_again(&self, fields: &Fields, problem: Problem, context: &Context<'_>) -> Problem {
        let token = self.tokens.again(fields, context.now);
        let page = pages::form::again(&context.clinic, fields, &problem, &token);
        let origins = origins(&context.clinic, &self.api_url);
        problem.with_page(page.leading_to(&origins))
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

impl From<ReceiveError> for Problem {
    fn from(error: ReceiveError) -> Self {
        match error {
            ReceiveError::Replay(replay) => replay.into(),
            ReceiveError::TooMany { seconds } => {
                let title = "These were too many messages from one address";
                Problem::too_many_requests(title, seconds)
            }
            ReceiveError::Unavailable(_) => {
                tracing::error!(error = %Causes(&error), "a contact message was not stored");
                Problem::unavailable()
            }
        }
    }
}
