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
    .about("`show`, `release`, `handled`, `reopen` or `spam`.");

described_form!(
    ReviewForm,
    [TOKEN_OF_LINK, ACTION],
    "What the buttons of staff's page of a message send."
);

enum Wanted {
    Content,
    Decision(Decision),
}

impl Wanted {
    fn parse(action: &str) -> Result<Self, Invalid> {
        if action == "show" {
            return Ok(Self::Content);
        }
        let help = "Choose one of: show, release, handled, reopen, spam";
        let decision = Decision::parse(action).map(Self::Decision);
        decision.ok_or_else(|| Invalid::new(Code::NotAllowed, help))
    }
}

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
    let review = match wanted? {
        Wanted::Content => desk.read(&reference, &context).await?,
        Wanted::Decision(decision) => {
            let decided = desk.decide(decision, &reference, &token, &context);
            let review = decided.await?;
            if accepts == Accepts::Html {
                let done = decision.name();
                let page = format!("/contact/{reference}/review?token={token}&done={done}");
                let no_store = [(header::CACHE_CONTROL, "no-store")];
                return Ok((no_store, Redirect::to(&page)).into_response());
            }
            review
        }
    };
    Ok(answer(&review, &token, accepts, &context))
}

impl ContactDesk {
    /// The message with its content, after the audit trail has recorded that somebody reads it.
    async fn read(&self, reference: &Reference, context: &Context<'_>) -> Result<Review, Problem> {
        let message = self.message(reference, context).await?;
        self.messages.note_reading(reference, context).await?;
        let mails = self.messages.mails(reference, context.now).await?;
        let mut review = Review::of(&message, &mails, &context.clinic);
        review.content = Some(MessageContent::of(message.message));
        Ok(review)
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
