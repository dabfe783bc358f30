//! `GET /contact/challenge`.

use axum::{
    Json,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use shared::{
    clinic::ProofOfWork,
    http::{Problem, ProblemDocument},
    telemetry::Causes,
};

use crate::ContactDesk;

/// A new challenge, or 404 where the clinic asks for no proof of work.
#[utoipa::path(
    get, path = "/contact/challenge", tag = "contact", operation_id = "challengeContact",
    responses(
        (status = 200, description = "An ALTCHA challenge, to be solved and sent as `altcha`; single use, expiring", body = Object),
        (status = "default", response = ProblemDocument),
    ),
)]
pub(crate) async fn challenge(State(desk): State<ContactDesk>) -> Result<Response, Problem> {
    let clinic = desk.clinic.current().await?;
    if clinic.contact().screening.proof_of_work == ProofOfWork::Off {
        return Err(Problem::not_found());
    }
    let challenge = desk.proofs.challenge(desk.clock.now()).map_err(|error| {
        tracing::error!(error = %Causes(&error), "a challenge could not be made");
        Problem::unavailable()
    })?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(challenge)).into_response())
}
