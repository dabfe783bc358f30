//! `GET /bookings/{reference}/decision?token=…`: staff's page of a booking, by a signed link.
//!
//! It shows what was asked for and nothing of what the patient wrote, and changes nothing: mail scanners open every
//! link. To read why somebody comes, staff press a button, which the audit trail records.

use axum::{
    extract::{Path, State},
    response::{IntoResponse as _, Response},
};
use shared::{
    clinic::Day,
    forms::Sheet,
    http::{Accepts, Problem, ProblemDocument, Query},
    link::Purpose,
    pages::ReturnedAddress,
    store,
};

use super::opened::json;
use crate::{
    BookingDesk,
    booking::{Booking, Look},
    context::Context,
    pages::{
        Done,
        decision::{Considered, Presence},
    },
};

/// Shows staff a booking, without what the patient wrote.
#[utoipa::path(
    get, path = "/bookings/{reference}/decision", tag = "booking", operation_id = "considerBooking",
    params(
        ("reference" = String, Path, description = "The booking's reference"),
        ("token" = String, Query, description = "From the link in staff's mail"),
        ("decision" = Option<String>, Query, description = "The page to decide on: `decline`, `propose` or `no_show`"),
        ("done" = Option<String>, Query, description = "What the page says has just happened: `confirmed`, `declined`, `proposed`, `no-show` or `write-again`"),
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
    let blank = Sheet::blank();
    let decision = query.peek("decision");
    let form = match decision.filter(|decision| considered.offers(decision)) {
        Some("decline") => considered.decline(token, &blank, clinic),
        Some("no_show") => considered.no_show(token, clinic),
        Some("propose") => {
            let times = desk.times_to_choose(&booking, Look::read(&query), &context);
            considered.propose(&times.await?, token, &blank, &context)
        }
        _ => {
            let notice = Done::read(&query).and_then(|done| done.words(&booking, context.now));
            considered.page(token, notice, clinic)
        }
    };
    Ok(form.into_response())
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
        let returned = self.returned(booking, context);
        let is_away = self.bookings.is_away(booking);
        let (day, is_away, returned) = tokio::try_join!(day, is_away, returned)?;
        let presence = if is_away {
            Presence::Away
        } else {
            Presence::There
        };
        Ok(Considered::of(booking, (day, presence), context).with_returned(returned))
    }

    /// Whether mail came back from the patient's address, so that it is not written to.
    async fn returned(
        &self,
        booking: &Booking,
        context: &Context<'_>,
    ) -> Result<Option<ReturnedAddress>, store::Error> {
        let Some(email) = &booking.patient.email else {
            return Ok(None);
        };
        let returned = self.bookings.outbox.returned(email, context.now).await?;
        Ok(ReturnedAddress::of(returned.as_ref(), &context.clinic))
    }
}
