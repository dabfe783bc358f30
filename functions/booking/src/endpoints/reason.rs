//! `POST /bookings/{reference}/reason`: staff read why a patient comes. The audit trail records it first.

use axum::{
    extract::{Path, State},
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use serde::Serialize;
use shared::{
    http::{Accepts, Fields, Problem, ProblemDocument},
    link::Purpose,
    values::FreeText,
};
use utoipa::ToSchema;

use crate::{BookingDesk, pages::decision::Considered};

#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "forms are read field by field, so that all mistakes are named at once"
)]
struct ReasonForm {
    /// From the link in staff's mail.
    token: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = BookingReason)]
struct Reason {
    /// What the patient wrote; `null` if they wrote nothing.
    reason: Option<FreeText>,
}

/// Shows staff what the patient wrote, after the audit trail has recorded it.
#[utoipa::path(
    post, path = "/bookings/{reference}/reason", tag = "booking", operation_id = "readReason",
    params(("reference" = String, Path, description = "The booking's reference")),
    request_body(content((ReasonForm = "application/json"), (ReasonForm = "application/x-www-form-urlencoded"), (ReasonForm = "multipart/form-data"))),
    responses(
        (status = 200, description = "What the patient wrote", content((Reason = "application/json"), (String = "text/html"))),
        (status = "default", response = ProblemDocument),
    ),
)]
pub(crate) async fn reason(
    State(desk): State<BookingDesk>,
    Path(reference): Path<String>,
    accepts: Accepts,
    fields: Fields,
) -> Result<Response, Problem> {
    let context = desk.context().await?;
    let mut form = fields.form();
    let token = form.required("token", |token| Ok(token.to_owned()));
    let token = token.unwrap_or_default();
    let purpose = Purpose::DecideBooking;
    let reference = desk
        .links
        .verify(purpose, &reference, &token, context.now)?;
    form.finish()?;
    let booking = desk.booking(&reference, &context).await?;
    desk.bookings.note_reading(&reference, &context).await?;
    if accepts == Accepts::Html {
        let considered = Considered::of(&booking, &context.clinic).with_patient(booking);
        return Ok(considered.answer(accepts, &token, &context.clinic));
    }
    let no_store = [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    let reason = Reason {
        reason: booking.reason,
    };
    Ok((no_store, axum::Json(reason)).into_response())
}
