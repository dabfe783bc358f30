//! `GET /bookings/{reference}?token=…`: the patient's page of a booking.

use axum::{
    extract::{Path, State},
    response::Response,
};
use shared::{
    http::{Accepts, Problem, ProblemDocument, Query},
    link::Purpose,
};

use super::opened::Reader;
use crate::{
    BookingDesk,
    pages::{Done, Here, booking::View},
};

/// The patient's page of a booking. Unknown, forged, expired and foreign links are answered alike.
#[utoipa::path(
    get, path = "/bookings/{reference}", tag = "booking", operation_id = "showBooking",
    params(
        ("reference" = String, Path, description = "The booking's reference"),
        ("token" = String, Query, description = "From the link in the mail"),
        ("done" = Option<String>, Query, description = "What the page says has just happened: `booked`, `moved`, `accepted` or `cancelled`"),
    ),
    responses(
        (status = 200, description = "The booking as its patient sees it", content((View = "application/json"), (String = "text/html"))),
        (status = "default", response = ProblemDocument),
    ),
)]
pub(crate) async fn show(
    State(desk): State<BookingDesk>,
    Path(reference): Path<String>,
    accepts: Accepts,
    Query(query): Query,
) -> Result<Response, Problem> {
    let context = desk.context().await?;
    let token = query.peek("token").unwrap_or_default();
    let here = Here::Booking;
    let opened = desk.opened_at(here, Purpose::ManageBooking, &reference, token, &context);
    let booking = opened.await?;
    let reader = Reader::Patient { token, here };
    let notice = Done::read(&query).and_then(|done| done.words(&booking, context.now));
    Ok(desk
        .answer(reader, &booking, notice, accepts, &context)
        .await)
}
