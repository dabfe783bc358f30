//! `GET /bookings/{reference}?token=…`: the patient's page of a booking.

use axum::{
    extract::{Path, State},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use shared::{
    http::{Accepts, Problem, ProblemDocument, Query},
    link::Purpose,
};

use crate::{BookingDesk, pages::booking::View};

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
    let reference = desk
        .links
        .verify(Purpose::ManageBooking, &reference, token, context.now)?;
    let booking = desk.bookings.find(&reference, context.now).await?;
    let view = View::of(booking.ok_or_else(Problem::not_found)?, &context.clinic);
    let mut response = match accepts {
        Accepts::Json => axum::Json(&view).into_response(),
        Accepts::Html => view.page(&context.clinic).into_response(),
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}
