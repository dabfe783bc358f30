//! `GET /contact` and `GET /contact/form`: the form.

use axum::{
    extract::State,
    response::{IntoResponse as _, Response},
};
use shared::{
    http::{Accepts, Problem, ProblemDocument},
    pages::Page,
};

use crate::{ContactDesk, pages};

/// The form, for a browser. A program has nothing to read here: only `POST` is allowed.
#[utoipa::path(
    get, path = "/contact", tag = "contact", operation_id = "showContactPage",
    responses(
        (status = 200, description = "The form", body = String, content_type = "text/html"),
        (status = "default", response = ProblemDocument),
    ),
)]
pub(crate) async fn contact(
    State(desk): State<ContactDesk>,
    accepts: Accepts,
) -> Result<Response, Problem> {
    match accepts {
        Accepts::Html => Ok(desk.blank_form().await?.into_response()),
        Accepts::Json => Err(Problem::method_not_allowed("POST")),
    }
}

/// The form, with its token.
#[utoipa::path(
    get, path = "/contact/form", tag = "contact", operation_id = "showContactForm",
    responses(
        (status = 200, description = "The form", body = String, content_type = "text/html"),
        (status = "default", response = ProblemDocument),
    ),
)]
pub(crate) async fn form(State(desk): State<ContactDesk>) -> Result<Page, Problem> {
    desk.blank_form().await
}

impl ContactDesk {
    async fn blank_form(&self) -> Result<Page, Problem> {
        let clinic = self.clinic.current().await?;
        let token = self.tokens.issue(self.clock.now());
        Ok(pages::form::blank(&clinic, &token))
    }
}
