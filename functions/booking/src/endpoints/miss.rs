//! `POST /bookings/{reference}/no-show`: staff note that a patient did not come.

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
    booking::Event,
    pages::{Done, booking::View},
};

described_form!(
    NoShowForm,
    [TOKEN_OF_LINK],
    "What the button that notes a no-show sends."
);

/// Notes that the patient did not come. Before the visit has begun it is refused.
#[utoipa::path(
    post, path = "/bookings/{reference}/no-show", tag = "booking", operation_id = "noteNoShow",
    params(("reference" = String, Path, description = "The booking's reference")),
    request_body(content((NoShowForm = "application/json"), (NoShowForm = "application/x-www-form-urlencoded"), (NoShowForm = "multipart/form-data"))),
    responses(
        (status = 200, description = "The booking as it is then", body = View),
        (status = 303, description = "To the booking's page, for a browser's form"),
        (status = "default", response = ProblemDocument),
    ),
)]
pub(crate) async fn miss(
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
    let reader = Reader::Staff { token: &token };
    let event = Event::MissVisit;
    let noted = desk.bookings.carry_out(booking, &event, &context).await;
    let booking = match noted {
        Ok(booking) => booking,
        Err(error) => return Err(desk.problem(reader, error, &context).await),
    };
    Ok(done(Done::MissNoted, reader, &booking, accepts, &context))
}
