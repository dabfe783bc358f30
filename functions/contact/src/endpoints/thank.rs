//! `GET /contact/thanks`: where a browser goes on to after its message was accepted, so that Back and reload send nothing
//! again.

use axum::{
    extract::State,
    http::HeaderValue,
    response::{IntoResponse as _, Response},
};
use shared::{
    http::{Problem, ProblemDocument, Query},
    reference::Reference,
};

use crate::{
    ContactDesk,
    pages::thanks::{By, page},
};

/// The page after a message was sent. It looks nothing up: it repeats the reference of its address.
#[utoipa::path(
    get, path = "/contact/thanks", tag = "pages", operation_id = "thankForMessage",
    params(
        ("reference" = String, Query, description = "The message's reference"),
        ("by" = Option<String>, Query, description = "How the clinic answers: `mail` or `phone`"),
    ),
    responses(
        (status = 200, description = "The page", body = String, content_type = "text/html"),
        (status = "default", response = ProblemDocument),
    ),
)]
pub(crate) async fn thank(
    State(desk): State<ContactDesk>,
    Query(query): Query,
) -> Result<Response, Problem> {
    let clinic = desk.clinic.current().await?;
    let reference = query.peek("reference").and_then(Reference::parse_contact);
    let reference = reference.ok_or_else(Problem::not_found)?;
    let by = match query.peek("by") {
        Some("phone") => By::Phone,
        _ => By::Mail,
    };
    Ok(page(&reference, by, &clinic).into_response())
}

/// The address of that page.
pub(super) fn address(reference: &Reference, by: By) -> Option<HeaderValue> {
    let by = match by {
        By::Mail => "mail",
        By::Phone => "phone",
    };
    HeaderValue::from_str(&format!("/contact/thanks?reference={reference}&by={by}")).ok()
}
