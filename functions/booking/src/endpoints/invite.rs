//! `GET /bookings/{reference}/invite.ics`: the appointment for the patient's calendar.

use axum::{
    extract::{Path, State},
    http::header,
    response::{IntoResponse as _, Response},
};
use shared::{
    http::{Problem, ProblemDocument, Query},
    invitation::{Invitation, Life},
    link::Purpose,
};

use crate::{
    BookingDesk,
    booking::{Booking, Status},
    mails::appointment,
};

/// The appointment as a calendar file, as it is now. A later file takes the place of an earlier one.
#[utoipa::path(
    get, path = "/bookings/{reference}/invite.ics", tag = "booking", operation_id = "downloadInvitation",
    params(("reference" = String, Path, description = "The booking's reference"), ("token" = String, Query, description = "From the link in the mail")),
    responses(
        (status = 200, description = "One event (RFC 5545). Its method is `REQUEST`, `CANCEL` once it is called off, or `PUBLISH` for a patient without an email address", body = String, content_type = "text/calendar"),
        (status = "default", response = ProblemDocument),
    ),
)]
pub(crate) async fn invite(
    State(desk): State<BookingDesk>,
    Path(reference): Path<String>,
    Query(query): Query,
) -> Result<Response, Problem> {
    let context = desk.context().await?;
    let token = query.peek("token").unwrap_or_default();
    let opened = desk.opened(Purpose::ManageBooking, &reference, token, &context);
    let booking = opened.await?;
    let invitation = Invitation {
        appointment: &appointment(&booking, &context),
        life: life(&booking),
        attendee: booking.patient.email.as_ref(),
        manage_url: &context.manage_url(&booking),
        written_at: context.now,
    };
    let text = invitation.to_text(&context.clinic).map_err(|error| {
        tracing::error!(%error, booking.reference = %booking.reference, "a calendar file was not written");
        Problem::unavailable()
    })?;
    let headers = [
        (header::CONTENT_TYPE, invitation.media_type()),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"invite.ics\"".to_owned(),
        ),
    ];
    Ok((headers, text).into_response())
}

fn life(booking: &Booking) -> Life {
    match booking.status {
        _ if booking.must_move.is_some() => Life::Requested,
        Status::Requested | Status::Offered | Status::Unknown => Life::Requested,
        Status::Confirmed | Status::NoShow => Life::Confirmed,
        Status::Declined | Status::Expired | Status::Cancelled => Life::Over,
    }
}
