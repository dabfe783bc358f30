//! `GET /contact/form`.

use axum::extract::State;
use shared::http::{Page, Problem, ProblemDocument};

use crate::{ContactDesk, pages};

/// The form as a page of its own, for websites that have none and for those that want its token.
#[utoipa::path(
    get, path = "/contact/form", tag = "contact", operation_id = "showContactForm",
    responses(
        (status = 200, description = "The form as a page, with a token that says when it was opened", content_type = "text/html", body = String),
        (status = "default", response = ProblemDocument),
    ),
)]
pub(crate) async fn form(State(desk): State<ContactDesk>) -> Result<Page, Problem> {
    let token = desk.tokens.issue(desk.clock.now());
    let clinic = desk.clinic.current().await?;
    Ok(pages::form::blank(&clinic, &token))
}
