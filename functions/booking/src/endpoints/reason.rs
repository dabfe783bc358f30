//! `POST /bookings/{reference}/reason`: staff read why a patient comes. The audit trail records it first.

use axum::{
    extract::{Path, State},
    response::{IntoResponse as _, Response},
};
use serde::Serialize;
use shared::{
    described_form,
    forms::TOKEN_OF_LINK,
    http::{Accepts, Fields, Problem, ProblemDocument},
    link::Purpose,
    values::FreeText,
};
use utoipa::ToSchema;

use super::opened::json;
use crate::BookingDesk;

described_form!(
    ReasonForm,
    [TOKEN_OF_LINK],
    "What the button that shows a reason sends."
);

#[derive(Serialize, ToSchema)]
#[schema(as = BookingReason)]
struct Reason {
    /// Why the patient comes; `null` if they wrote nothing.
    reason: Option<FreeText>,
    /// Why they called it off, if they did and said why.
    #[serde(skip_serializing_if = "Option::is_none")]
    cancel_reason: Option<FreeText>,
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
    let token = form.required(TOKEN_OF_LINK.name, |token| Ok(token.to_owned()));
    let token = token.unwrap_or_default();
    let opened = desk.opened(Purpose::DecideBooking, &reference, &token, &context);
    let booking = opened.await?;
    form.finish()?;
    desk.bookings
        .note_reading(&booking.reference, &context)
        .await?;
    if accepts == Accepts::Html {
        let considered = desk.considered(&booking, &context).await?;
        let considered = considered.with_patient(booking);
        let page = considered.page(&token, None, &context.clinic);
        return Ok(page.into_response());
    }
    Ok(json(&Reason {
        reason: booking.reason,
        cancel_reason: booking.cancel_reason,
    }))
}
