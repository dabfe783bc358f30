//! `GET /contact`: a browser that comes back to the address of an answer.

use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use shared::http::{Accepts, Problem, ProblemDocument};

/// Leads a browser to the form. For a program, only `POST` is allowed.
#[utoipa::path(
    get, path = "/contact", tag = "contact", operation_id = "leadToContactForm",
    responses(
        (status = 303, description = "A browser goes on to the form; for a program there is nothing to read here"),
        (status = "default", response = ProblemDocument),
    ),
)]
pub(crate) async fn lead(accepts: Accepts) -> Result<Response, Problem> {
    match accepts {
        Accepts::Html => {
            Ok((StatusCode::SEE_OTHER, [(header::LOCATION, "contact/form")]).into_response())
        }
        Accepts::Json => Err(Problem::method_not_allowed("POST")),
    }
}
