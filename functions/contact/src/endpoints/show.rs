//! `GET /contact/{reference}/review`: staff's page of a message, by a signed link.
//!
//! It shows the state of the message and nothing of its content, and changes nothing: mail scanners open every
//! link. To read the message staff press a button, which the audit trail records.

use axum::{
    extract::{Path, State},
    response::Response,
};
use shared::http::{Accepts, Problem, ProblemDocument, Query};

use super::{act::WRITE_AGAIN, review::answer};
use crate::{ContactDesk, message::decision::Decision, pages::review::Review};

const WRITTEN_TO_AGAIN: &str =
    "We write to this address again. What was not sent to it before is not sent now.";

/// Shows the state of a message.
#[utoipa::path(
    get, path = "/contact/{reference}/review", tag = "contact", operation_id = "showContact",
    params(
        ("reference" = String, Path, description = "The message's reference"),
        ("token" = String, Query, description = "From the link in the mail"),
        ("done" = Option<String>, Query, description = "The decision that the page says has just been made"),
    ),
    responses(
        (status = 200, description = "The state of the message, without its content", content((Review = "application/json"), (String = "text/html"))),
        (status = "default", response = ProblemDocument),
    ),
)]
pub(crate) async fn show(
    State(desk): State<ContactDesk>,
    Path(reference): Path<String>,
    accepts: Accepts,
    Query(query): Query,
) -> Result<Response, Problem> {
    let context = desk.context().await?;
    let token = query.peek("token").unwrap_or_default();
    let reference = desk.links.verify(&reference, token, context.now)?;
    let mut review = desk.review(&reference, &context).await?;
    review.notice = match query.peek("done") {
        Some(WRITE_AGAIN) => review.is_written_to().then_some(WRITTEN_TO_AGAIN),
        done => done
            .and_then(Decision::parse)
            .filter(|done| review.is_after(*done))
            .map(Decision::done),
    };
    Ok(answer(&review, token, accepts, &context))
}
