//! `POST /waitlist`: somebody for whom nothing is free waits until something is.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use shared::{
    guard::{Answer, Attempt, IdempotencyKey, Sender},
    http::{Accepts, ClientAddress, Fields, Problem, ProblemDocument, Query},
    store,
    telemetry::Causes,
};

use super::{
    book::to_own_page,
    refused::{not_bookable, too_many},
    times::ALTERNATIVES,
};
use crate::{
    BookingDesk,
    booking::{
        NOT_CONTENT, Selection,
        fields::{FROM, TO, WaitlistForm},
    },
    context::Context,
    pages::{
        self,
        steps::{self, Way},
    },
    rules::accepted,
    store::JoinError,
    time::{Book, FreeStart},
    waitlist::{Receipt, WaitlistWish},
};

/// The form with which somebody joins, for the service, the practitioner and the days of the address.
#[utoipa::path(
    get, path = "/waitlist", tag = "pages", operation_id = "askToJoinWaitlist",
    params(
        ("service" = String, Query, description = "The service's id"),
        ("practitioner" = Option<String>, Query, description = "Their id; without one, anybody who offers the service"),
        ("from" = Option<String>, Query, format = Date, description = "The first day that suits"),
        ("to" = Option<String>, Query, format = Date, description = "The last day that suits"),
    ),
    responses(
        (status = 200, description = "The form", body = String, content_type = "text/html"),
        (status = "default", response = ProblemDocument),
    ),
)]
pub(crate) async fn ask(
    State(desk): State<BookingDesk>,
    Query(query): Query,
) -> Result<Response, Problem> {
    let context = desk.context().await?;
    let clinic = &context.clinic;
    let selection = Selection::read(&query, clinic);
    if selection.service.is_none() {
        return Ok(steps::services(&selection, Way::Links, clinic).into_response());
    }
    // Nobody agrees, or is named, by a link.
    let days = query.only(&[FROM.name, TO.name]);
    Ok(steps::wait(&selection, &days, None, clinic).into_response())
}

/// Puts somebody on the waiting list, while nothing in their range is free.
#[utoipa::path(
    post, path = "/waitlist", tag = "booking", operation_id = "joinWaitlist",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body get the same answer for 24 hours; without one, the same body does for ten minutes")),
    request_body(content((WaitlistForm = "application/json"), (WaitlistForm = "application/x-www-form-urlencoded"), (WaitlistForm = "multipart/form-data"))),
    responses(
        (status = 201, description = "They wait", content((Receipt = "application/json"), (String = "text/html"))),
        (status = 303, description = "To their page, for a browser's form"),
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
    let joined = desk.join(&fields, &key, sender, &context).await;
    let answer = joined.map_err(|problem| match accepts {
        Accepts::Html => form_again(&fields, problem, &context),
        Accepts::Json => problem,
    })?;
    let own_page = answer.content.manage_url.as_deref().and_then(to_own_page);
    Ok(match (accepts, own_page) {
        (Accepts::Html, Some(page)) => answer.see_other(page),
        _ => answer.created(accepts, |_| pages::waitlist::joined(&context.clinic)),
    })
}

/// The problem as the form with what was typed.
fn form_again(fields: &Fields, problem: Problem, context: &Context<'_>) -> Problem {
    let clinic = &context.clinic;
    let selection = Selection::read(fields, clinic);
    if problem.has_page() {
        return problem;
    }
    let page = steps::wait(&selection, fields, Some(&problem), clinic);
    problem.with_page(page)
}

impl BookingDesk {
    /// Puts somebody on the waiting list.
    async fn join(
        &self,
        fields: &Fields,
        key: &IdempotencyKey,
        sender: Sender,
        context: &Context<'_>,
    ) -> Result<Answer<Receipt>, Problem> {
        let attempt = Attempt::of("POST /waitlist", key, fields, &NOT_CONTENT, &sender)?;
        let wish = WaitlistWish::parse(fields, &context.clinic, context.now)?;
        accepted(wish.search.service, wish.patient.returning)
            .map_err(|refused| not_bookable(refused, &context.clinic))?;
        let free = self.free_for(&wish, context).await?;
        let answer = if free.is_empty() {
            let mut admission = self.admission(fields, &wish.patient, attempt, sender, context);
            let entry = wish.entry(&[], &context.clinic, context.now);
            let joined = self.bookings.join(entry, &mut admission, context).await;
            joined.map_err(|error| not_joined(error, context))?
        } else {
            let before = self.bookings.joined_before(&attempt, context.now).await?;
            before.ok_or_else(|| slots_free(&free, fields, context))?
        };
        if !answer.replayed {
            tracing::info!(waitlist.reference = %answer.content.reference, "stored an entry in the waiting list");
        }
        Ok(answer)
    }

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
fn slots_free(free: &[FreeStart], fields: &Fields, context: &Context<'_>) -> Problem {
    let clinic = &context.clinic;
    let shown = pages::receipt::alternatives(free, clinic);
    let title = "There are free times on these days";
    let words = "You do not have to wait: book one of these times.";
    let selection = Selection::read(fields, clinic);
    let page = steps::taken((title, words), &selection, free, fields, clinic);
    Problem::new(StatusCode::CONFLICT, "slots_free", title)
        .with_detail("Please choose one of them.")
        .with_extension("alternatives", free, shown)
        .with_page(page)
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
