//! The API's description in OpenAPI 3.1, put together from what each function says of its routes.

use shared::http::FieldError;
use utoipa::{
    OpenApi, ToResponse, ToSchema,
    openapi::{InfoBuilder, ServerBuilder},
};

#[derive(OpenApi)]
#[openapi(components(schemas(ProblemDocument), responses(ProblemDocument)))]
struct Shared;

/// A problem (RFC 9457). The last part of `type` tells programs what it is: `malformed` (400), `not_found` (404), `method_not_allowed` (405),
/// `slot_taken` or `wrong_state` (409), `too_large` (413), `unsupported_media_type` (415), `invalid`, `key_reused`, `outside_hours`, `too_soon`,
/// `too_far` or `patients_not_accepted` (422), `too_many_requests` (429), `internal` (500), `unavailable` (503).
#[derive(ToSchema, ToResponse)]
#[schema(as = Problem)]
#[response(
    description = "What is wrong, and what to do",
    content_type = "application/problem+json"
)]
#[expect(
    dead_code,
    reason = "it only describes what shared::http writes, with the kinds and members of all functions"
)]
struct ProblemDocument {
    r#type: String,
    title: String,
    status: u16,
    detail: Option<String>,
    /// `urn:request:` and the request's id.
    instance: String,
    /// Every bad field at once.
    #[schema(required = false)]
    errors: Vec<FieldError>,
    /// Free starts instead of the one that is taken, as `GET /availability` has them.
    #[schema(value_type = Option<Vec<Object>>)]
    alternatives: Option<()>,
}

/// The document, as JSON: the one in `infra/openapi.json`.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn document() -> Result<String, serde_json::Error> {
    let mut document = Shared::openapi();
    document.info = InfoBuilder::new()
        .title("Frontdesk")
        .description(Some(
            "The front desk of a small clinic: contact messages, bookings, articles.",
        ))
        .version("1")
        .build();
    let server = ServerBuilder::new().url("https://api.example").description(Some(
        "Replace this address: with the one that infra/deploy prints, with /api on the clinic's website, or on a \
         laptop with the one that `cargo run` prints",
    ));
    document.servers = Some(vec![server.build()]);
    for function in [contact::openapi(), booking::openapi(), articles::openapi()] {
        document.merge(function);
    }
    Ok(format!("{}\n", document.to_pretty_json()?))
}
