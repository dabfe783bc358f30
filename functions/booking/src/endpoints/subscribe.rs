//! `GET /calendar/{practitioner}/feed.ics?token=…`: a practitioner's visits and time off, for their own calendar program.

use axum::{
    extract::{Path, State},
    http::header,
    response::{IntoResponse as _, Response},
};
use jiff::ToSpan;
use shared::http::{Problem, ProblemDocument, Query};

use crate::{BookingDesk, feed::Feed};

/// For how many days a calendar still shows what is over.
const SHOWN_DAYS: i64 = 30;
/// For how many days ahead it shows what is to come.
const AHEAD_DAYS: i64 = 400;

/// A practitioner's calendar. Unknown practitioners, and unknown, forged and revoked links are answered alike.
#[utoipa::path(
    get, path = "/calendar/{practitioner}/feed.ics", tag = "booking", operation_id = "subscribeToCalendar",
    params(("practitioner" = String, Path, description = "The practitioner's id"), ("token" = String, Query, description = "From `frontdesk calendar`; it works until it is revoked")),
    responses(
        (status = 200, description = "Visits and time off from 30 days ago until the last day that can be booked (RFC 5545)", body = String, content_type = "text/calendar"),
        (status = "default", response = ProblemDocument),
    ),
)]
pub(crate) async fn subscribe(
    State(desk): State<BookingDesk>,
    Path(practitioner): Path<String>,
    Query(query): Query,
) -> Result<Response, Problem> {
    let context = desk.context().await?;
    let clinic = &context.clinic;
    let known = clinic.practitioner(&practitioner);
    let practitioner = &known.ok_or_else(Problem::not_found)?.id;
    let token = query.peek("token").unwrap_or_default();
    if !desk.bookings.is_token(practitioner, token).await? {
        return Err(Problem::not_found());
    }
    let first = clinic
        .local_date(context.now)
        .saturating_sub(SHOWN_DAYS.days());
    let from = clinic.day(first).midnight;
    // Beyond the horizon, too: what was booked while it was further away must not vanish from the calendar.
    let last = clinic
        .local_date(context.now)
        .saturating_add(AHEAD_DAYS.days());
    let to = clinic.day(last).end;
    let bookings = desk.bookings.agenda(practitioner, from, to, context.now);
    let bookings = bookings.await?;
    let mut time_off = desk.bookings.all_time_off(context.now).await?;
    time_off.retain(|one| one.practitioner == *practitioner && one.off.to > from);
    let feed = Feed {
        practitioner,
        bookings: &bookings,
        time_off: &time_off,
        written_at: context.now,
    };
    let text = feed.to_text(clinic).map_err(|error| {
        tracing::error!(%error, "a calendar was not written");
        Problem::unavailable()
    })?;
    let headers = [
        (header::CONTENT_TYPE, "text/calendar; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, text).into_response())
}
