//! `POST /bookings`: ask for a slot, or take it.

use axum::{extract::State, http::StatusCode, response::Response};
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};
use shared::{
    clinic::{Clinic, Patients, Practitioner},
    guard::{Answer, Attempt, IdempotencyKey},
    http::{Accepts, Fields, Problem, ProblemDocument},
    metrics::{self, Metric},
    reference::Reference,
    telemetry::Causes,
};
use utoipa::ToSchema;

use crate::{
    BookingDesk,
    availability::{Book, FreeStart, Search, horizon, is_too_soon},
    booking::{Status, Wish},
    bookings::{HoldError, NewBooking},
    schedule::{Slot, slots},
    view,
};

/// How many other slots somebody is offered whose wish was taken.
const ALTERNATIVES: usize = 5;
/// How far after it they are looked for.
const ALTERNATIVES_WITHIN_DAYS: i64 = 30;

/// What a form sends; its nested fields may be dotted, like `patient.name`. A field that is not among these is
/// refused.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "forms are read field by field, so that all mistakes are told at once"
)]
pub(crate) struct BookingForm {
    /// Its id.
    service: String,
    /// Their id; without one, the least busy who is free.
    practitioner: Option<String>,
    /// One of the starts of `/availability`.
    #[schema(format = DateTime)]
    start: String,
    patient: PatientForm,
    #[schema(max_length = 1000)]
    reason: Option<String>,
    /// Has to be true; `on` in a form.
    consent: bool,
    /// The honeypot: hidden from people, and to be left empty.
    _gotcha: Option<String>,
    /// Stands in for the header.
    _idempotency_key: Option<String>,
}

#[derive(ToSchema)]
#[schema(as = Patient)]
#[expect(dead_code, reason = "see BookingForm")]
struct PatientForm {
    #[schema(max_length = 100)]
    name: String,
    #[schema(max_length = 254, format = "email")]
    email: String,
    #[schema(max_length = 32)]
    phone: String,
    /// Whether they were here before; false unless told.
    returning: Option<bool>,
}

/// What the sender is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = BookingReceipt)]
pub(crate) struct Receipt {
    pub(crate) reference: Reference,
    pub(crate) status: Status,
    pub(crate) service: String,
    pub(crate) practitioner: String,
    #[schema(format = DateTime)]
    pub(crate) start: String,
    #[schema(format = DateTime)]
    pub(crate) end: String,
    #[schema(format = "uri")]
    pub(crate) manage_url: String,
}

impl Receipt {
    pub(crate) fn of(booking: &NewBooking<'_>, clinic: &Clinic) -> Self {
        Self {
            reference: booking.reference.clone(),
            status: booking.status,
            service: booking.service.id.clone(),
            practitioner: booking.practitioner.id.clone(),
            start: clinic.local_time(booking.slot.start),
            end: clinic.local_time(booking.slot.end),
            manage_url: booking.manage_url.clone(),
        }
    }
}

/// Takes a request for an appointment in.
#[utoipa::path(
    post, path = "/bookings", tag = "booking", operation_id = "requestBooking",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body get the same answer for 24 hours; without one, the same body does for ten minutes")),
    request_body(content((BookingForm = "application/json"), (BookingForm = "application/x-www-form-urlencoded"), (BookingForm = "multipart/form-data"))),
    responses(
        (status = 201, description = "Asked for, or booked", content((Receipt = "application/json"), (String = "text/html"))),
        (status = "default", response = ProblemDocument),
    ),
)]
pub(crate) async fn request(
    State(desk): State<BookingDesk>,
    accepts: Accepts,
    key: IdempotencyKey,
    fields: Fields,
) -> Result<Response, Problem> {
    let clinic = desk.clinic.current();
    let now = desk.clock.now();
    let attempt = Attempt::of("POST /bookings", &key, &fields)?;
    let wish = Wish::parse(&fields, &clinic)?;
    let candidates = match candidates(&wish, &clinic, now) {
        Ok(candidates) => candidates,
        // What could be booked when it was asked for first keeps its answer.
        Err(refused) => {
            let earlier = desk.bookings.earlier(&attempt, now).await?.ok_or(refused)?;
            return Ok(earlier.created(accepts, |receipt| view::confirmation(receipt, &clinic)));
        }
    };
    let answer = match desk
        .hold_first_free(&wish, candidates, &attempt, &clinic, now)
        .await
    {
        Err(HoldError::SlotTaken) => return Err(desk.taken(&wish, &clinic, now).await),
        answer => answer?,
    };
    if !answer.replayed {
        metrics::record(&[(Metric::Bookings, 1)]);
        tracing::info!(booking.reference = %answer.content.reference, "stored booking");
    }
    Ok(answer.created(accepts, |receipt| view::confirmation(receipt, &clinic)))
}

/// Those whose hours the wish fits into, each with the slot.
fn candidates<'a>(
    wish: &Wish<'a>,
    clinic: &'a Clinic,
    now: Timestamp,
) -> Result<Vec<(&'a Practitioner, Slot)>, Problem> {
    if !wish.service.patients.include(wish.patient.returning) {
        let title = match wish.service.patients {
            Patients::Returning => "This service is for patients who were here before",
            Patients::New | Patients::Any => {
                "This service is for patients who were not here before"
            }
        };
        let problem = Problem::unprocessable("patients_not_accepted", title);
        let phone = clinic.phone.as_str();
        return Err(problem.with_detail(format!("Choose another service, or call {phone}.")));
    }
    let date = clinic.local_date(wish.start);
    if is_too_soon(wish.start, clinic, now) {
        let problem = Problem::unprocessable("too_soon", "This is too soon to book online");
        let phone = clinic.phone.as_str();
        return Err(problem.with_detail(format!("Choose a later start, or call {phone}.")));
    }
    if date > horizon(clinic, now) {
        let problem = Problem::unprocessable("too_far", "This is too far ahead");
        let days = clinic.booking.horizon_days;
        return Err(problem.with_detail(format!("Choose a day within the next {days} days.")));
    }
    let people: Vec<&Practitioner> = match wish.practitioner {
        Some(one) => vec![one],
        None => clinic.offering(wish.service).collect(),
    };
    let fitting: Vec<_> = people
        .into_iter()
        .filter_map(|one| {
            let slots = slots(clinic, wish.service, one, date).into_iter();
            Some((
                one,
                slots.into_iter().find(|slot| slot.start == wish.start)?,
            ))
        })
        .collect();
    if fitting.is_empty() {
        let problem =
            Problem::unprocessable("outside_hours", "There is no appointment at this time");
        return Err(problem.with_detail("Choose one of the free times."));
    }
    Ok(fitting)
}

impl BookingDesk {
    /// A named practitioner is asked without reading first: one call. Of several the least busy comes
    /// first, and the next when somebody else was faster.
    async fn hold_first_free(
        &self,
        wish: &Wish<'_>,
        mut candidates: Vec<(&Practitioner, Slot)>,
        attempt: &Attempt,
        clinic: &Clinic,
        now: Timestamp,
    ) -> Result<Answer<Receipt>, HoldError> {
        let date = clinic.local_date(wish.start);
        if wish.practitioner.is_none() {
            let ids = candidates.iter().map(|(one, _)| one.id.as_str());
            let calendar = self.days.read(ids, date, date).await?;
            let busy = |one: &Practitioner| {
                calendar
                    .get(&(one.id.clone(), date))
                    .cloned()
                    .unwrap_or_default()
            };
            // Those who look busy come last, not never: one of them may be this very request, repeated.
            candidates.sort_by_cached_key(|(one, slot)| {
                let busy = busy(one);
                (!busy.leaves_free(slot.cells), busy.count(), one.id.clone())
            });
        }
        for (practitioner, slot) in candidates {
            let reference = Reference::booking();
            let booking = NewBooking {
                manage_url: self.links.of(&reference, slot.end),
                status: Status::at_first(wish.service.confirmation),
                reference,
                service: wish.service,
                practitioner,
                date,
                slot,
                patient: &wish.patient,
                reason: wish.reason.as_ref(),
                now,
            };
            match self.bookings.hold(&booking, attempt, clinic).await {
                Err(HoldError::SlotTaken) => {}
                settled => return settled,
            }
        }
        Err(HoldError::SlotTaken)
    }

    async fn taken(&self, wish: &Wish<'_>, clinic: &Clinic, now: Timestamp) -> Problem {
        match self.alternatives(wish, clinic, now).await {
            Ok(free) => Problem::new(
                StatusCode::CONFLICT,
                "slot_taken",
                "Somebody has just taken this time",
            )
            .with_alternatives(free),
            Err(problem) => problem,
        }
    }

    async fn alternatives(
        &self,
        wish: &Wish<'_>,
        clinic: &Clinic,
        now: Timestamp,
    ) -> Result<Vec<FreeStart>, Problem> {
        let from = clinic.local_date(wish.start);
        let search = Search {
            service: wish.service,
            practitioners: match wish.practitioner {
                Some(one) => vec![one],
                None => clinic.offering(wish.service).collect(),
            },
            from,
            to: from.saturating_add(ALTERNATIVES_WITHIN_DAYS.days()),
        };
        let days = search.run(&self.days, clinic, now).await?;
        let later = |free: &FreeStart| free.at > wish.start && free.book == Book::Online;
        Ok(days
            .into_values()
            .flatten()
            .filter(later)
            .take(ALTERNATIVES)
            .collect())
    }
}

impl From<HoldError> for Problem {
    fn from(error: HoldError) -> Self {
        match error {
            HoldError::Replay(replay) => replay.into(),
            HoldError::SlotTaken => Problem::new(
                StatusCode::CONFLICT,
                "slot_taken",
                "Somebody has just taken this time",
            ),
            HoldError::Unavailable(_) | HoldError::Unwritable(_) => {
                tracing::error!(error = %Causes(&error), "a booking was not stored");
                Problem::unavailable()
            }
        }
    }
}
