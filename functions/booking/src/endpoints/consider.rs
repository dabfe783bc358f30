//! `GET /bookings/{reference}/decision?token=…`: staff's page of a booking, by a signed link.
//!
//! It shows what was asked for and nothing of what the patient wrote, and changes nothing: mail scanners open every
//! link. To read why somebody comes, staff press a button, which the audit trail records.

use axum::{
    extract::{Path, State},
    response::{IntoResponse as _, Response},
};
use jiff::civil::Date;
use shared::{
    clinic::Day,
    http::{Accepts, Problem, ProblemDocument, Query},
    link::Purpose,
    store,
};

use super::{opened::json, times::from};
use crate::{
    BookingDesk,
    booking::Booking,
    context::Context,
    pages::{
        answers::Filled,
        decision::{Considered, Presence},
        times::Times,
    },
};

/// Shows staff a booking, without what the patient wrote.
#[utoipa::path(
    get, path = "/bookings/{reference}/decision", tag = "booking", operation_id = "considerBooking",
    params(
        ("reference" = String, Path, description = "The booking's reference"),
        ("token" = String, Query, description = "From the link in staff's mail"),
        ("decision" = Option<String>, Query, description = "The page to decide on: `decline`, `propose` or `no_show`"),
        ("from" = Option<String>, Query, format = Date, description = "The first day of the times to propose; today without it"),
    ),
    responses(
        (status = 200, description = "The booking, without what the patient wrote", content((Considered = "application/json"), (String = "text/html"))),
        (status = "default", response = ProblemDocument),
    ),
)]
pub(crate) async fn consider(
    State(desk): State<BookingDesk>,
    Path(reference): Path<String>,
    accepts: Accepts,
    Query(query): Query,
) -> Result<Response, Problem> {
    let context = desk.context().await?;
    let token = query.peek("token").unwrap_or_default();
    let opened = desk.opened(Purpose::DecideBooking, &reference, token, &context);
    let booking = opened.await?;
    let considered = desk.considered(&booking, &context).await?;
    let clinic = &context.clinic;
    if accepts == Accepts::Json {
        return Ok(json(&considered));
    }
    let decision = query.peek("decision");
    let form = match decision.filter(|decision| considered.offers(decision)) {
        Some("decline") => considered.decline(token, &Filled::default(), clinic),
        Some("no_show") => considered.no_show(token, clinic),
        Some("propose") => {
            let days =
                desk.times_to_propose(&booking, from(&query, &booking, today(&context)), &context);
            considered.propose(&days.await?, token, &Filled::default(), &context)
        }
        _ => considered.page(token, None, clinic),
    };
    Ok(form.into_response())
}

fn today(context: &Context<'_>) -> Date {
    context.clinic.local_date(context.now)
}

impl BookingDesk {
    /// The booking with the practitioner's day around it.
    pub(super) async fn considered(
        &self,
        booking: &Booking,
        context: &Context<'_>,
    ) -> Result<Considered, store::Error> {
        let claim = &booking.claim;
        let Day {
            midnight: from,
            end: to,
            ..
        } = context.clinic.day(claim.date);
        let day = self
            .bookings
            .agenda(&claim.practitioner, from, to, context.now);
        let (day, is_away) = tokio::try_join!(day, self.bookings.is_away(booking))?;
        let presence = if is_away {
            Presence::Away
        } else {
            Presence::There
        };
        Ok(Considered::of(booking, (day, presence), context))
    }

    /// The free times of the days that a page shows from that day on.
    pub(super) async fn times_to_propose(
        &self,
        booking: &Booking,
        from: Date,
        context: &Context<'_>,
    ) -> Result<Times, store::Error> {
        let days = self.times_for(booking, from, Self::last_shown(from), context);
        Ok(Times {
            days: days.await?,
            practitioner: booking.claim.practitioner.clone(),
        })
    }
}
