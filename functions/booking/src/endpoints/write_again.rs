//! `POST /bookings/{reference}/write-again`: staff let a patient's address be written to again, though mail came back from it.

use axum::{
    extract::{Path, State},
    response::Response,
};
use shared::{
    described_form,
    forms::TOKEN_OF_LINK,
    http::{Accepts, Fields, Problem, ProblemDocument},
    link::Purpose,
};

use super::opened::{Reader, done};
use crate::{
    BookingDesk,
    pages::{Done, booking::View},
};

described_form!(
    WriteAgainForm,
    [TOKEN_OF_LINK],
    "What the button sends that lets an address be written to again."
);

/// Lets the patient's address be written to again. Mails that were not sent to it stay unsent.
#[utoipa::path(
    post, path = "/bookings/{reference}/write-again", tag = "booking", operation_id = "writeToPatientAgain",
    params(("reference" = String, Path, description = "The booking's reference")),
    request_body(content((WriteAgainForm = "application/json"), (WriteAgainForm = "application/x-www-form-urlencoded"), (WriteAgainForm = "multipart/form-data"))),
    responses(
        (status = 200, description = "The booking as it is", body = View),
        (status = 303, description = "To staff's page of the booking, for a browser's form"),
        (status = "default", response = ProblemDocument),
    ),
)]
pub(crate) async fn write_again(
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
    if let Some(email) = &booking.patient.email {
        let outbox = &desk.bookings.outbox;
        outbox.write_again(email, context.now).await?;
        tracing::info!(booking.reference = %booking.reference, "staff let an address be written to again");
    }
    let reader = Reader::Staff { token: &token };
    Ok(done(
        Done::WrittenAgain,
        reader,
        &booking,
        accepts,
        &context,
    ))
}
