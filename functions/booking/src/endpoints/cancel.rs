//! `/bookings/{reference}/cancel`: the patient calls their appointment off. The page asks once more, since some mail
//! scanners press the buttons of the pages that a mail links to.

use axum::{
    extract::{Path, State},
    response::{IntoResponse as _, Response},
};
use shared::{
    described_form,
    forms::TOKEN_OF_LINK,
    http::{Accepts, Fields, Problem, ProblemDocument, Query},
    link::Purpose,
    values::FreeText,
};

use super::opened::{Reader, done};
use crate::{
    BookingDesk,
    booking::fields::CANCEL_REASON,
    booking::{Action, Event},
    pages::{Done, booking::View, cancel},
};

described_form!(
    CancelForm,
    [TOKEN_OF_LINK, CANCEL_REASON],
    "What the form of a patient who cancels sends."
);

/// Asks whether to cancel. JSON shows the booking as it is.
#[utoipa::path(
    get, path = "/bookings/{reference}/cancel", tag = "booking", operation_id = "considerCancelling",
    params(("reference" = String, Path, description = "The booking's reference"), ("token" = String, Query, description = "From the link in the mail")),
    responses(
        (status = 200, description = "The booking, and on the page the button", content((View = "application/json"), (String = "text/html"))),
        (status = "default", response = ProblemDocument),
    ),
)]
pub(crate) async fn ask(
    State(desk): State<BookingDesk>,
    Path(reference): Path<String>,
    accepts: Accepts,
    Query(query): Query,
) -> Result<Response, Problem> {
    let context = desk.context().await?;
    let token = query.peek("token").unwrap_or_default();
    let opened = desk.opened(Purpose::ManageBooking, &reference, token, &context);
    let booking = opened.await?;
    let view = View::of(&booking, &context);
    if accepts == Accepts::Html && view.can(Action::Cancel) {
        return Ok(cancel::page(&view, token, &context).into_response());
    }
    let reader = Reader::inside(token);
    Ok(desk.answer(reader, &booking, None, accepts, &context).await)
}

/// Cancels a booking, gives its time back, and tells both sides.
#[utoipa::path(
    post, path = "/bookings/{reference}/cancel", tag = "booking", operation_id = "cancelBooking",
    params(("reference" = String, Path, description = "The booking's reference")),
    request_body(content((CancelForm = "application/json"), (CancelForm = "application/x-www-form-urlencoded"), (CancelForm = "multipart/form-data"))),
    responses(
        (status = 200, description = "The booking as it is then", body = View),
        (status = 303, description = "To the booking's page, for a browser's form"),
        (status = "default", response = ProblemDocument),
    ),
)]
pub(crate) async fn cancel(
    State(desk): State<BookingDesk>,
    Path(reference): Path<String>,
    accepts: Accepts,
    fields: Fields,
) -> Result<Response, Problem> {
    let context = desk.context().await?;
    let mut form = fields.form();
    let token = form.required(TOKEN_OF_LINK.name, |token| Ok(token.to_owned()));
    let token = token.unwrap_or_default();
    let reason = form.optional(CANCEL_REASON.name, |text| {
        FreeText::parse(text, CANCEL_REASON.limit())
    });
    let opened = desk.opened(Purpose::ManageBooking, &reference, &token, &context);
    let booking = opened.await?;
    form.finish()?;
    let event = Event::Cancel { reason: reason? };
    let reader = Reader::inside(&token);
    let cancelled = desk.happen(booking, &event, &context).await;
    let booking = match cancelled {
        Ok(booking) => booking,
        Err(error) => return Err(desk.problem(reader, error, &context).await),
    };
    Ok(done(Done::Cancelled, reader, &booking, accepts, &context))
}
