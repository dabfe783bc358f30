//! `POST /bookings`: ask for a slot, or take it.

use axum::{extract::State, response::Response};
use jiff::ToSpan;
use shared::{
    clinic::Clinic,
    guard::{Admission, Answer, Attempt, IdempotencyKey, Sender},
    http::{Accepts, ClientAddress, Fields, Problem, ProblemDocument},
    metrics::{self, Metric},
    store,
    telemetry::Causes,
};

use super::{
    book::{stopped, to_own_page},
    refused::{not_bookable, taken, too_many},
    times::{ALTERNATIVES, ALTERNATIVES_WITHIN_DAYS},
};
use crate::{
    BookingDesk,
    booking::{
        Claim, NOT_CONTENT, Receipt, Selection, Wish,
        fields::{BookingForm, EMAIL},
    },
    context::Context,
    pages::{self, steps},
    rules::{Refused, candidates},
    store::HoldError,
    time::{Book, Busy, FreeStart, Owner, Search},
};

/// Takes a request for an appointment.
#[utoipa::path(
    post, path = "/bookings", tag = "booking", operation_id = "requestBooking",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body get the same answer for 24 hours; without one, the same body does for ten minutes")),
    request_body(content((BookingForm = "application/json"), (BookingForm = "application/x-www-form-urlencoded"), (BookingForm = "multipart/form-data"))),
    responses(
        (status = 201, description = "Asked for, or booked", content((Receipt = "application/json"), (String = "text/html"))),
        (status = 303, description = "To the patient's page, for a browser's form"),
        (status = "default", response = ProblemDocument),
    ),
)]
pub(crate) async fn request(
    State(desk): State<BookingDesk>,
    accepts: Accepts,
    address: ClientAddress,
    key: IdempotencyKey,
    fields: Fields,
) -> Result<Response, Problem> {
    let context = desk.context().await?;
    let sender = Sender::of(address, &desk.keys, &context.clinic, context.now);
    let booked = desk.request(&fields, &key, sender, &context).await;
    let answer = booked.map_err(|problem| match accepts {
        // What was typed is kept, unless the page does so already.
        Accepts::Html if !problem.has_page() => stopped(&fields, problem, &context),
        _ => problem,
    })?;
    let has_email = !fields.is_blank(EMAIL.name);
    let own_page = answer.content.manage_url.as_deref().and_then(to_own_page);
    let page =
        |receipt: &Receipt| pages::receipt::confirmation(receipt, has_email, &context.clinic);
    Ok(match (accepts, own_page) {
        (Accepts::Html, Some(page)) => answer.see_other(page),
        _ => answer.created(accepts, page),
    })
}

impl BookingDesk {
    /// Books what the form asks for, or finds the answer that it was given before.
    async fn request(
        &self,
        fields: &Fields,
        key: &IdempotencyKey,
        sender: Sender,
        context: &Context<'_>,
    ) -> Result<Answer<Receipt>, Problem> {
        let attempt = Attempt::of("POST /bookings", key, fields, &NOT_CONTENT, &sender)?;
        let wish = Wish::parse(fields, &context.clinic)?;
        let answer = match candidates(&wish, &context.clinic, context.now) {
            Ok(candidates) => {
                let admission = self.admission(fields, &wish.patient, attempt, sender, context);
                let asked = (&wish, fields);
                self.book(asked, candidates, admission, context).await?
            }
            Err(refused) => self.booked_before(refused, &attempt, context).await?,
        };
        if !answer.replayed {
            metrics::record(&[(Metric::Bookings, 1)]);
            tracing::info!(booking.reference = %answer.content.reference, "stored booking");
        }
        Ok(answer)
    }

    /// Books the wish with the first candidate who is free, or offers other starts.
    async fn book(
        &self,
        (wish, fields): (&Wish<'_>, &Fields),
        candidates: Vec<Claim>,
        admission: Admission,
        context: &Context<'_>,
    ) -> Result<Answer<Receipt>, Problem> {
        match self.hold(wish, candidates, admission, context).await {
            Err(HoldError::SlotTaken { .. }) => Err(self.taken(wish, fields, context).await),
            answer => answer.map_err(|error| not_held(error, &context.clinic)),
        }
    }

    /// A named practitioner is asked without reading first: one call. Of several, the least busy is asked
    /// first, and the next one when somebody else was faster.
    async fn hold(
        &self,
        wish: &Wish<'_>,
        candidates: Vec<Claim>,
        mut admission: Admission,
        context: &Context<'_>,
    ) -> Result<Answer<Receipt>, HoldError> {
        let candidates = match wish.practitioner {
            Some(_) => candidates,
            None => self.least_busy_first(candidates, wish, context).await?,
        };
        let mut busy: Vec<Owner> = Vec::new();
        for claim in candidates {
            if claim.owners().any(|owner| busy.contains(&owner)) {
                continue;
            }
            let booking = wish.booking(claim, &context.clinic, context.now);
            let confirmation = wish.service.confirmation;
            let held = self
                .bookings
                .hold(booking, confirmation, &mut admission, context);
            match held.await {
                Err(HoldError::SlotTaken { by }) => busy.extend(by),
                settled => return settled,
            }
        }
        Err(HoldError::SlotTaken { by: busy })
    }

    async fn least_busy_first(
        &self,
        mut candidates: Vec<Claim>,
        wish: &Wish<'_>,
        context: &Context<'_>,
    ) -> Result<Vec<Claim>, HoldError> {
        let date = context.clinic.local_date(wish.start);
        let search = Search::of(wish.service, None, (date, date), &context.clinic);
        let calendar = self.days.of(&search).await?;
        // Those who look busy come last, but are asked: one of them may have this very request already.
        candidates.sort_by_cached_key(|claim| {
            let is_free = claim.obstacle(&calendar).is_none();
            let practitioner = Owner::Practitioner(claim.practitioner.clone());
            let busy = calendar.day(&practitioner, date).map_or(0, Busy::count);
            (!is_free, busy, practitioner)
        });
        Ok(candidates)
    }

    /// The first answer to a request that would be refused now, but could be booked when it came first.
    async fn booked_before(
        &self,
        refused: Refused,
        attempt: &Attempt,
        context: &Context<'_>,
    ) -> Result<Answer<Receipt>, Problem> {
        let earlier = self.bookings.earlier(attempt, context.now).await?;
        earlier.ok_or_else(|| not_bookable(refused, &context.clinic))
    }

    /// 409, with other starts that are free.
    async fn taken(&self, wish: &Wish<'_>, fields: &Fields, context: &Context<'_>) -> Problem {
        match self.alternatives(wish, context).await {
            Ok(free) => {
                let clinic = &context.clinic;
                let selection = Selection::read(fields, clinic);
                let problem = taken().with_member("alternatives", &free);
                let lost = ("This time has just been taken", "Someone else was faster.");
                let page = steps::taken(lost, &selection, &free, fields, clinic);
                problem.with_page(page)
            }
            Err(error) => error.into(),
        }
    }

    async fn alternatives(
        &self,
        wish: &Wish<'_>,
        context: &Context<'_>,
    ) -> Result<Vec<FreeStart>, store::Error> {
        let from = context.clinic.local_date(wish.start);
        let to = from.saturating_add(ALTERNATIVES_WITHIN_DAYS.days());
        let clinic = &context.clinic;
        let search = Search::of(wish.service, wish.practitioner, (from, to), clinic);
        let calendar = self.days.of(&search).await?;
        let days = search.free(&calendar, &context.clinic, context.now);
        let later =
            |free: &FreeStart| free.start.moment() > wish.start && free.book == Book::Online;
        let free = days.into_values().flatten().filter(later);
        Ok(free.take(ALTERNATIVES).collect())
    }
}

fn not_held(error: HoldError, clinic: &Clinic) -> Problem {
    match error {
        HoldError::Replay(replay) => replay.into(),
        HoldError::TooMany { seconds } => too_many(seconds, clinic),
        HoldError::SlotTaken { .. } => taken(),
        HoldError::Unavailable(_) => {
            tracing::error!(error = %Causes(&error), "a booking was not stored");
            Problem::unavailable()
        }
    }
}
