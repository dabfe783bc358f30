//! The API's description in OpenAPI 3.1, put together from what each function says of its routes.

use shared::http::ProblemDocument;
use utoipa::{
    OpenApi,
    openapi::{InfoBuilder, ServerBuilder},
};

#[derive(OpenApi)]
#[openapi(components(schemas(ProblemDocument), responses(ProblemDocument)))]
struct Shared;

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
        "Instead of this: the address that infra/deploy prints; on a website of its own, /api there; on a laptop, what \
         `cargo run` prints",
    ));
    document.servers = Some(vec![server.build()]);
    for function in [contact::openapi(), booking::openapi(), articles::openapi()] {
        document.merge(function);
    }
    Ok(format!("{}\n", document.to_pretty_json()?))
}
