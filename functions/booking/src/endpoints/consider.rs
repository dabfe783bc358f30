//! `GET /bookings/{reference}/decision?token=…`: staff's page of a booking, by a signed link.
//!
//! It shows what was asked for and nothing of what the patient wrote, and changes nothing: mail scanners open every
//! link. To read why somebody comes, staff press a button, which the audit trail records.

use axum::{
    extract::{Path, State},
    response::Response,
};
use shared::{
    http::{Accepts, Problem, ProblemDocument, Query},
    link::Purpose,
    reference::Reference,
};

use crate::{BookingDesk, booking::Booking, context::Context, pages::decision::Considered};

/// Shows staff a booking, without what the patient wrote.
#[utoipa::path(
    get, path = "/bookings/{reference}/decision", tag = "booking", operation_id = "considerBooking",
    params(("reference" = String, Path, description = "The booking's reference"), ("token" = String, Query, description = "From the link in staff's mail")),
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
    let purpose = Purpose::DecideBooking;
    let reference = desk.links.verify(purpose, &reference, token, context.now)?;
    let booking = desk.booking(&reference, &context).await?;
    let considered = Considered::of(&booking, &context.clinic);
    Ok(considered.answer(accepts, token, &context.clinic))
}

impl BookingDesk {
    /// The booking; 404 when it is gone.
    pub(super) async fn booking(
        &self,
        reference: &Reference,
        context: &Context<'_>,
    ) -> Result<Booking, Problem> {
        let found = self.bookings.find(reference, context.now).await?;
        found.ok_or_else(Problem::not_found)
    }
}
