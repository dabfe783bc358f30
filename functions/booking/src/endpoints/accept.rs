//! `POST /bookings/{reference}/accept`: the patient takes the time that is held for them, or a start that the clinic has
//! proposed.

use axum::{
    extract::{Path, State},
    response::Response,
};
use jiff::Timestamp;
use shared::{
    described_form,
    forms::TOKEN_OF_LINK,
    http::{Accepts, Fields, Problem, ProblemDocument},
    link::Purpose,
    values::{Code, Invalid},
};

use super::{
    opened::{Reader, done},
    times::own_first,
};
use crate::{
    BookingDesk,
    booking::fields::PROPOSED_START,
    booking::{Booking, Choice, Claim, Event, Proposal, start},
    context::Context,
    pages::{Done, booking::View},
    store::CarryOutError,
};

described_form!(
    AcceptForm,
    [TOKEN_OF_LINK, PROPOSED_START],
    "What the form of a patient who takes a time sends."
);

/// Takes the time that is offered, or a start that was proposed, and confirms the booking.
#[utoipa::path(
    post, path = "/bookings/{reference}/accept", tag = "booking", operation_id = "acceptProposal",
    params(("reference" = String, Path, description = "The booking's reference")),
    request_body(content((AcceptForm = "application/json"), (AcceptForm = "application/x-www-form-urlencoded"), (AcceptForm = "multipart/form-data"))),
    responses(
        (status = 200, description = "The booking as it is then", body = View),
        (status = 303, description = "To the booking's page, for a browser's form"),
        (status = "default", response = ProblemDocument),
    ),
)]
pub(crate) async fn accept(
    State(desk): State<BookingDesk>,
    Path(reference): Path<String>,
    accepts: Accepts,
    fields: Fields,
) -> Result<Response, Problem> {
    let context = desk.context().await?;
    let mut form = fields.form();
    let token = form.required(TOKEN_OF_LINK.name, |token| Ok(token.to_owned()));
    let token = token.unwrap_or_default();
    let start = form.optional(PROPOSED_START.name, start);
    let opened = desk.opened(Purpose::ManageBooking, &reference, &token, &context);
    let booking = opened.await?;
    let start = match start {
        Ok(None) if booking.waitlist.is_none() => {
            let missing = Invalid::new(Code::Required, "Choose one of the times");
            form.reject("start", missing)
        }
        start => start,
    };
    form.finish()?;
    let reader = Reader::inside(&token);
    let start = start?;
    let booking = match (desk.accept(booking, start, &context).await, start) {
        (Ok(booking), _) => booking,
        (Err(CarryOutError::SlotTaken { booking, .. }), start) => {
            let start = start.unwrap_or_else(|| booking.claim.start());
            let problem = desk.taken_instead(&booking, start, &context).await?;
            return Err(desk.with_page(problem, reader, &booking, &context).await);
        }
        (Err(error), _) => return Err(desk.problem(reader, error, &context).await),
    };
    Ok(done(Done::Accepted, reader, &booking, accepts, &context))
}

impl BookingDesk {
    /// Takes the time that is held, or the start with one of the practitioners who were free then when it was proposed, if
    /// one still is.
    async fn accept(
        &self,
        booking: Booking,
        start: Option<Timestamp>,
        context: &Context<'_>,
    ) -> Result<Booking, CarryOutError> {
        let is_held =
            |start: &Timestamp| booking.waitlist.is_some() && *start == booking.claim.start();
        let Some(start) = start.filter(|start| !is_held(start)) else {
            return self.take_offer(booking, context).await;
        };
        let claims = match booking.proposal(start) {
            Ok(Some(proposal)) => claims(&booking, proposal, context),
            Ok(None) => return Ok(booking),
            Err(why) => {
                let booking = Box::new(booking);
                return Err(CarryOutError::Barred { why, booking });
            }
        };
        let events = Choice::each(claims).map(Event::Accept);
        let before = booking.clone();
        let after = self.bookings.first_of(booking, events, context).await?;
        self.offer_freed(&before, &after, context).await;
        Ok(after)
    }

    /// Takes the time that is held, unless its practitioner has taken time off since. Then it is not held any longer.
    async fn take_offer(
        &self,
        booking: Booking,
        context: &Context<'_>,
    ) -> Result<Booking, CarryOutError> {
        match self
            .bookings
            .carry_out(booking, &Event::TakeOffer, context)
            .await
        {
            Err(CarryOutError::SlotTaken { booking, by }) => {
                let retracted = self.happen(*booking, &Event::Retract, context).await?;
                let booking = Box::new(retracted);
                Err(CarryOutError::SlotTaken { booking, by })
            }
            settled => settled,
        }
    }
}

/// The claims that a proposal could become.
fn claims(booking: &Booking, proposal: &Proposal, context: &Context<'_>) -> Vec<Claim> {
    let clinic = &context.clinic;
    let Some(service) = clinic.service(booking.service.as_str()) else {
        return Vec::new();
    };
    let practitioners = proposal.practitioners.iter();
    let found = practitioners.filter_map(|id| clinic.practitioner(id.as_str()));
    let claims = found.flat_map(|one| Claim::each(proposal.start, service, one, clinic));
    own_first(claims.collect(), booking)
}
