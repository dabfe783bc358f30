//! `GET /contact/challenge`.

use axum::{
    Json,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use shared::{clinic::ProofOfWork, http::Problem, telemetry::Causes};

use crate::ContactDesk;

/// A new challenge. Where the clinic asks for no proofs there is none.
pub(crate) async fn challenge(State(desk): State<ContactDesk>) -> Result<Response, Problem> {
    if desk.clinic.current().contact.screening.proof_of_work == ProofOfWork::Off {
        return Err(Problem::not_found());
    }
    let challenge = desk.proofs.challenge(desk.clock.now()).map_err(|error| {
        tracing::error!(error = %Causes(&error), "a challenge could not be made");
        Problem::unavailable()
    })?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(challenge)).into_response())
}
