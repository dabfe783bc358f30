//! `/bookings/{reference}/reschedule`: the patient chooses another time.

use axum::{
    extract::{Path, State},
    response::{IntoResponse as _, Response},
};
use jiff::Timestamp;
use shared::{
    described_form,
    forms::TOKEN_OF_LINK,
    http::{Accepts, Fields, Problem, ProblemDocument, Query},
    link::Purpose,
    values::{Code, Invalid, PractitionerId},
};

use super::{
    opened::{Reader, done, json},
    refused::not_bookable,
    times::own_first,
};
use crate::{
    BookingDesk,
    booking::fields::{OTHER_PRACTITIONER, START},
    booking::{Action, Booking, Choice, Claim, Event, Look, start},
    context::Context,
    pages::{
        Done,
        booking::View,
        times::{Times, reschedule as page},
    },
    rules::{Refused, claims},
    store::CarryOutError,
};

described_form!(
    RescheduleForm,
    [TOKEN_OF_LINK, START, OTHER_PRACTITIONER],
    "What the form of a patient who moves their appointment sends."
);

/// The free times that a patient may choose from instead. JSON shows the booking as it is.
#[utoipa::path(
    get, path = "/bookings/{reference}/reschedule", tag = "booking", operation_id = "considerRescheduling",
    params(
        ("reference" = String, Path, description = "The booking's reference"),
        ("token" = String, Query, description = "From the link in the mail"),
        ("month" = Option<String>, Query, description = "The month that the page shows: 2026-12; the booking's own without it"),
        ("day" = Option<String>, Query, format = Date, description = "The day whose times are shown"),
    ),
    responses(
        (status = 200, description = "The booking, and on the page the free times of a month", content((View = "application/json"), (String = "text/html"))),
        (status = "default", response = ProblemDocument),
    ),
)]
pub(crate) async fn choose(
    State(desk): State<BookingDesk>,
    Path(reference): Path<String>,
    accepts: Accepts,
    Query(query): Query,
) -> Result<Response, Problem> {
    let context = desk.context().await?;
    let token = query.peek("token").unwrap_or_default();
    let opened = desk.opened(Purpose::ManageBooking, &reference, token, &context);
    let booking = opened.await?;
    let view = View::of(&booking, &context);
    if accepts == Accepts::Json {
        return Ok(json(&view));
    }
    if !view.can(Action::Reschedule) {
        let reader = Reader::inside(token);
        return Ok(desk.answer(reader, &booking, None, accepts, &context).await);
    }
    let times = desk.times_to_choose(&booking, Look::read(&query), &context);
    let Times {
        month,
        look,
        practitioner,
    } = times.await?;
    let times = Times {
        month: month.online(),
        look,
        practitioner,
    };
    Ok(page(&view, &times, token, &context).into_response())
}

/// Moves a booking: takes the new time and gives the old one back, at once. When the new time is taken, the booking
/// keeps the old one.
#[utoipa::path(
    post, path = "/bookings/{reference}/reschedule", tag = "booking", operation_id = "rescheduleBooking",
    params(("reference" = String, Path, description = "The booking's reference")),
    request_body(content((RescheduleForm = "application/json"), (RescheduleForm = "application/x-www-form-urlencoded"), (RescheduleForm = "multipart/form-data"))),
    responses(
        (status = 200, description = "The booking as it is then", body = View),
        (status = 303, description = "To the booking's page, for a browser's form"),
        (status = "default", response = ProblemDocument),
    ),
)]
pub(crate) async fn reschedule(
    State(desk): State<BookingDesk>,
    Path(reference): Path<String>,
    accepts: Accepts,
    fields: Fields,
) -> Result<Response, Problem> {
    let context = desk.context().await?;
    let mut form = fields.form();
    let token = form.required(TOKEN_OF_LINK.name, |token| Ok(token.to_owned()));
    let token = token.unwrap_or_default();
    let start = form.required(START.name, start);
    let with = form.optional(OTHER_PRACTITIONER.name, |id| practitioner(id, &context));
    let opened = desk.opened(Purpose::ManageBooking, &reference, &token, &context);
    let booking = opened.await?;
    form.finish()?;
    let reader = Reader::inside(&token);
    let moved = desk.reschedule(booking, start?, with?, reader, &context);
    let booking = moved.await?;
    Ok(done(Done::Moved, reader, &booking, accepts, &context))
}

fn practitioner(id: &str, context: &Context<'_>) -> Result<PractitionerId, Invalid> {
    let found = context.clinic.practitioner(id);
    let found = found.map(|practitioner| practitioner.id.clone());
    let message = "Choose somebody who offers this service";
    found.ok_or_else(|| Invalid::new(Code::NotAllowed, message))
}

impl BookingDesk {
    async fn reschedule(
        &self,
        booking: Booking,
        start: Timestamp,
        with: Option<PractitionerId>,
        reader: Reader<'_>,
        context: &Context<'_>,
    ) -> Result<Booking, Problem> {
        let is_there = with
            .as_ref()
            .is_none_or(|with| *with == booking.claim.practitioner);
        let stays = is_there && booking.claim.start() == start && booking.must_move.is_none();
        let candidates = if stays {
            vec![booking.claim.clone()]
        } else {
            if let Err(why) = booking.can_move(&context.clinic, context.now) {
                let booking = Box::new(booking);
                let barred = CarryOutError::Barred { why, booking };
                return Err(self.problem(reader, barred, context).await);
            }
            let candidates = candidates(&booking, start, with.as_ref(), context);
            candidates.map_err(|refused| not_bookable(refused, &context.clinic))?
        };
        let events = Choice::each(candidates).map(Event::Move);
        let before = booking.clone();
        let moved = self.bookings.first_of(booking, events, context).await;
        match moved {
            Err(CarryOutError::SlotTaken { booking, .. }) => {
                let problem = self.taken_instead(&booking, start, context).await?;
                Err(self.with_page(problem, reader, &booking, context).await)
            }
            Err(error) => Err(self.problem(reader, error, context).await),
            Ok(booking) => {
                self.offer_freed(&before, &booking, context).await;
                Ok(booking)
            }
        }
    }
}

/// The times that the booking could have from that start on, those of its own practitioner first.
fn candidates(
    booking: &Booking,
    start: Timestamp,
    with: Option<&PractitionerId>,
    context: &Context<'_>,
) -> Result<Vec<Claim>, Refused> {
    let clinic = &context.clinic;
    let service = clinic.service(booking.service.as_str());
    let service = service.ok_or(Refused::OutsideHours)?;
    let mut practitioners: Vec<_> = clinic.offering(service).collect();
    practitioners.retain(|one| with.is_none_or(|with| *with == one.id));
    let mut claims = claims(start, service, &practitioners, clinic, context.now)?;
    // Whoever is asked to move cannot stay, but may see somebody else at the same time.
    claims.retain(|claim| booking.must_move.is_none() || *claim != booking.claim);
    Ok(own_first(claims, booking))
}
