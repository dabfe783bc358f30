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
    booking::{Booking, Status},
    pages::{Here, booking::View},
};

/// The patient's page of a booking. Unknown, forged, expired and foreign links are answered alike.
#[utoipa::path(
    get, path = "/bookings/{reference}", tag = "booking", operation_id = "showBooking",
    params(
        ("reference" = String, Path, description = "The booking's reference"),
        ("token" = String, Query, description = "From the link in the mail"),
        ("new" = Option<String>, Query, description = "The page thanks for a booking that was just made"),
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
    // The form with which it was asked for has led here.
    let thanks = query.peek("new").and_then(|_| thanks(&booking));
    Ok(desk
        .answer(reader, &booking, thanks, accepts, &context)
        .await)
}

/// What somebody reads who has just asked for it.
fn thanks(booking: &Booking) -> Option<&'static str> {
    match (booking.status, booking.patient.email.is_some()) {
        (Status::Confirmed, _) => Some(
            "Thank you: the appointment is yours. We have sent you an email with everything that you need.",
        ),
        (Status::Requested, true) => Some(
            "Thank you: we hold this time for you, and write to you as soon as we have confirmed it.",
        ),
        (Status::Requested, false) => Some(
            "Thank you: we hold this time for you, and will call you to confirm it. Please note down your reference.",
        ),
        _ => None,
    }
}
