//! `POST /waitlist`: somebody for whom nothing is free waits until something is.

use axum::{extract::State, http::StatusCode, response::Response};
use jiff::civil::Date;
use shared::{
    guard::{Attempt, IdempotencyKey, Sender},
    http::{Accepts, ClientAddress, Fields, Problem, ProblemDocument},
    store,
    telemetry::Causes,
};
use utoipa::ToSchema;

use super::{
    patient::PatientForm,
    refused::{not_bookable, too_many},
    times::ALTERNATIVES,
};
use crate::{
    BookingDesk,
    booking::NOT_CONTENT,
    context::Context,
    pages,
    rules::accepted,
    store::JoinError,
    time::{Book, FreeStart},
    waitlist::{Receipt, WaitlistWish},
};

/// What a form sends; its nested fields may be dotted, like `patient.name`. Any other field is refused.
#[derive(ToSchema)]
#[schema(as = WaitlistForm)]
#[expect(
    dead_code,
    reason = "forms are read field by field, so that all mistakes are named at once"
)]
struct JoinForm {
    service: String,
    /// Their id; without one, anybody who offers the service.
    practitioner: Option<String>,
    /// The first day that suits, in the clinic's time zone.
    from: Date,
    /// The last day: at most as far ahead as can be booked.
    to: Date,
    /// Its `email` has to be there.
    patient: PatientForm,
    /// Has to be true; `on` in a form.
    consent: bool,
    /// A solved challenge of `/contact/challenge`, as the widget sends it: Base64.
    altcha: Option<String>,
    /// The honeypot: hidden from people, and to be left empty.
    _gotcha: Option<String>,
    /// Reserved, as in the contact form.
    _next: Option<String>,
    /// Reserved, as in the contact form.
    _token: Option<String>,
    /// The version of the consent text that the form shows.
    _consent_version: Option<String>,
    /// Stands in for the header.
    _idempotency_key: Option<String>,
}

/// Puts somebody on the waiting list, while nothing in their range is free.
#[utoipa::path(
    post, path = "/waitlist", tag = "booking", operation_id = "joinWaitlist",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body get the same answer for 24 hours; without one, the same body does for ten minutes")),
    request_body(content((JoinForm = "application/json"), (JoinForm = "application/x-www-form-urlencoded"), (JoinForm = "multipart/form-data"))),
    responses(
        (status = 201, description = "They wait", content((Receipt = "application/json"), (String = "text/html"))),
        (status = "default", response = ProblemDocument),
    ),
)]
pub(crate) async fn join(
    State(desk): State<BookingDesk>,
    accepts: Accepts,
    address: ClientAddress,
    key: IdempotencyKey,
    fields: Fields,
) -> Result<Response, Problem> {
    let context = desk.context().await?;
    let sender = Sender::of(address, &desk.keys, &context.clinic, context.now);
    let attempt = Attempt::of("POST /waitlist", &key, &fields, &NOT_CONTENT, &sender)?;
    let wish = WaitlistWish::parse(&fields, &context.clinic, context.now)?;
    accepted(wish.search.service, wish.patient.returning)
        .map_err(|refused| not_bookable(refused, &context.clinic))?;
    let free = desk.free_for(&wish, &context).await?;
    let answer = if free.is_empty() {
        let mut admission = desk.admission(&fields, &wish.patient, attempt, sender, &context);
        let entry = wish.entry(&[], &context.clinic, context.now);
        let joined = desk.bookings.join(entry, &mut admission, &context).await;
        joined.map_err(|error| not_joined(error, &context))?
    } else {
        let before = desk.bookings.joined_before(&attempt, context.now).await?;
        before.ok_or_else(|| slots_free(&free, &context))?
    };
    if !answer.replayed {
        tracing::info!(waitlist.reference = %answer.content.reference, "stored an entry in the waiting list");
    }
    Ok(answer.created(accepts, |_| pages::waitlist::joined(&context.clinic)))
}

impl BookingDesk {
    /// The first starts that suit them and can be booked.
    async fn free_for(
        &self,
        wish: &WaitlistWish<'_>,
        context: &Context<'_>,
    ) -> Result<Vec<FreeStart>, store::Error> {
        let calendar = self.days.of(&wish.search).await?;
        let days = wish.search.free(&calendar, &context.clinic, context.now);
        let online = |free: &FreeStart| free.book == Book::Online;
        let free = days.into_values().flatten().filter(online);
        Ok(free.take(ALTERNATIVES).collect())
    }
}

/// 409: there is no need to wait.
fn slots_free(free: &[FreeStart], context: &Context<'_>) -> Problem {
    let shown = pages::receipt::alternatives(free, &context.clinic);
    let title = "There are free times on these days";
    Problem::new(StatusCode::CONFLICT, "slots_free", title)
        .with_detail("Please choose one of them.")
        .with_extension("alternatives", free, shown)
}

fn not_joined(error: JoinError, context: &Context<'_>) -> Problem {
    match error {
        JoinError::Replay(replay) => replay.into(),
        JoinError::TooMany { seconds } => too_many(seconds, &context.clinic),
        JoinError::Unavailable(_) => {
            tracing::error!(error = %Causes(&error), "an entry in the waiting list was not stored");
            Problem::unavailable()
        }
    }
}
