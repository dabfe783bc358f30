//! `POST /contact/{reference}/review`: what staff do with a message, by a signed link.

use axum::{
    extract::{Path, State},
    http::{StatusCode, header},
    response::{IntoResponse as _, Redirect, Response},
};
use shared::{
    described_form,
    forms::{Field, Kind, TOKEN_OF_LINK},
    http::{Accepts, Fields, Problem, ProblemDocument},
    reference::Reference,
    telemetry::Causes,
    values::{Code, Invalid},
};

use super::review::answer;
use crate::{
    ContactDesk,
    context::Context,
    message::decision::{Changed, Decision},
    pages::review::{MessageContent, Review},
    store::DecideError,
};

const ACTION: Field = Field::required("action", Kind::Choice)
    .about("`show`, `release`, `handled`, `reopen`, `spam` or `write_again`.");

described_form!(
    ReviewForm,
    [TOKEN_OF_LINK, ACTION],
    "What the buttons of staff's page of a message send."
);

enum Wanted {
    Content,
    /// That the sender is written to again, though mail came back from their address.
    WriteAgain,
    Decision(Decision),
}

impl Wanted {
    fn parse(action: &str) -> Result<Self, Invalid> {
        match action {
            "show" => return Ok(Self::Content),
            WRITE_AGAIN => return Ok(Self::WriteAgain),
            _ => {}
        }
        let help = "Choose one of: show, release, handled, reopen, spam, write_again";
        let decision = Decision::parse(action).map(Self::Decision);
        decision.ok_or_else(|| Invalid::new(Code::NotAllowed, help))
    }
}

/// The action by which the sender is written to again.
pub(super) const WRITE_AGAIN: &str = "write_again";

const DECIDED_BEFORE: &str =
    "Somebody has already decided about this message in another way. Nothing was changed.";

/// Shows the content of a message or carries a decision out, and shows the state of the message then.
#[utoipa::path(
    post, path = "/contact/{reference}/review", tag = "contact", operation_id = "actOnContact",
    params(("reference" = String, Path, description = "The message's reference")),
    request_body(content((ReviewForm = "application/json"), (ReviewForm = "application/x-www-form-urlencoded"), (ReviewForm = "multipart/form-data"))),
    responses(
        (status = 200, description = "The state of the message then; with `show` also its content, and a page", content((Review = "application/json"), (String = "text/html"))),
        (status = 303, description = "To the message's page after a decision, for a browser's form"),
        (status = "default", response = ProblemDocument),
    ),
)]
pub(crate) async fn act(
    State(desk): State<ContactDesk>,
    Path(reference): Path<String>,
    accepts: Accepts,
    fields: Fields,
) -> Result<Response, Problem> {
    let context = desk.context().await?;
    let mut form = fields.form();
    let token = form.required(TOKEN_OF_LINK.name, |token| Ok(token.to_owned()));
    let wanted = form.required(ACTION.name, Wanted::parse);
    let token = token.unwrap_or_default();
    let reference = desk.links.verify(&reference, &token, context.now)?;
    form.finish()?;
    let (review, done) = match wanted? {
        Wanted::Content => (desk.read(&reference, &context).await?, None),
        Wanted::WriteAgain => (
            desk.write_again(&reference, &context).await?,
            Some(WRITE_AGAIN),
        ),
        Wanted::Decision(decision) => {
            let decided = desk.decide(decision, &reference, &token, &context);
            (decided.await?, Some(decision.name()))
        }
    };
    match (accepts, done) {
        (Accepts::Html, Some(done)) => {
            let page = format!("/contact/{reference}/review?token={token}&done={done}");
            let no_store = [(header::CACHE_CONTROL, "no-store")];
            Ok((no_store, Redirect::to(&page)).into_response())
        }
        _ => Ok(answer(&review, &token, accepts, &context)),
    }
}

impl ContactDesk {
    /// The message with its content, after the audit trail has recorded that somebody reads it.
    async fn read(&self, reference: &Reference, context: &Context<'_>) -> Result<Review, Problem> {
        let message = self.message(reference, context).await?;
        self.messages.note_reading(reference, context).await?;
        let mut review = self.reviewed(&message, context).await?;
        review.content = Some(MessageContent::of(message.message));
        Ok(review)
    }

    /// The state of the message, once its sender is written to again.
    async fn write_again(
        &self,
        reference: &Reference,
        context: &Context<'_>,
    ) -> Result<Review, Problem> {
        let message = self.message(reference, context).await?;
        if let Some(email) = &message.message.email {
            self.messages.outbox.write_again(email, context.now).await?;
            tracing::info!(message.reference = %reference, "staff let an address be written to again");
        }
        self.reviewed(&message, context).await
    }

    /// The state of the message after a decision, or why the decision was not carried out.
    async fn decide(
        &self,
        decision: Decision,
        reference: &Reference,
        token: &str,
        context: &Context<'_>,
    ) -> Result<Review, Problem> {
        let decided = self.messages.decide(reference, decision, context).await;
        match decided {
            Ok(Changed::State | Changed::StateAndMails) => {
                tracing::info!(message.reference = %reference, message.decision = ?decision, "staff decided");
            }
            Ok(Changed::Nothing) | Err(DecideError::WrongState) => {}
            Err(error) => return Err(error.into()),
        }
        let mut review = self.review(reference, context).await?;
        match decided {
            Ok(_) => Ok(review),
            Err(error) => {
                review.notice = Some(DECIDED_BEFORE);
                let page = review.page(token, &context.clinic);
                Err(Problem::from(error).with_page(page))
            }
        }
    }
}

impl From<DecideError> for Problem {
    fn from(error: DecideError) -> Self {
        match error {
            DecideError::NotFound => Problem::not_found(),
            DecideError::WrongState => Problem::new(
                StatusCode::CONFLICT,
                "wrong_state",
                "This message was decided about before, in another way",
            ),
            DecideError::Unavailable(_) => {
                tracing::error!(error = %Causes(&error), "what staff decided was not stored");
                Problem::unavailable()
            }
        }
    }
}
