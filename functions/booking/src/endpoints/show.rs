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
    pages::{Here, booking::View},
};

/// The patient's page of a booking. Unknown, forged, expired and foreign links are answered alike.
#[utoipa::path(
    get, path = "/bookings/{reference}", tag = "booking", operation_id = "showBooking",
    params(("reference" = String, Path, description = "The booking's reference"), ("token" = String, Query, description = "From the link in the mail")),
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
    Ok(desk.answer(reader, &booking, None, accepts, &context).await)
}
