//! `/book`: the steps that lead to an appointment.

use axum::{
    extract::State,
    http::HeaderValue,
    response::{IntoResponse as _, Response},
};
use jiff::{ToSpan as _, civil::Date};
use shared::{
    forms::KEY,
    guard::fresh_key,
    http::{Fields, Problem, ProblemDocument, Query},
    pages::Page,
    store,
};

use super::refused::not_bookable;
use crate::{
    BookingDesk,
    booking::{Look, Selection, Who, Wish, fields::BookingForm},
    context::Context,
    pages::{
        month::Month,
        steps::{self, CHANGE, STEP, Way},
    },
    rules::candidates,
    time::{Book, Search, horizon},
};

/// The next step: a service, with whom, when, or who you are. Programs use `/services`, `/availability` and `/bookings`.
#[utoipa::path(
    get, path = "/book", tag = "pages", operation_id = "bookStepByStep",
    params(
        ("service" = Option<String>, Query, description = "The service's id"),
        ("practitioner" = Option<String>, Query, description = "Their id, or `any`"),
        ("month" = Option<String>, Query, description = "The month to look at: 2026-12"),
        ("day" = Option<String>, Query, format = Date, description = "The day whose times are shown"),
        ("start" = Option<String>, Query, format = DateTime, description = "The time that was chosen"),
    ),
    responses(
        (status = 200, description = "The step", body = String, content_type = "text/html"),
        (status = "default", response = ProblemDocument),
    ),
)]
pub(crate) async fn book(
    State(desk): State<BookingDesk>,
    Query(query): Query,
) -> Result<Response, Problem> {
    let context = desk.context().await?;
    let selection = Selection::read(&query, &context.clinic);
    let page = desk.step(&selection, Way::Links, &context).await?;
    Ok(page.into_response())
}

/// Reads what was typed: shows it to be checked, or what is wrong with it, or leads back to a step with it. Nothing is
/// stored.
#[utoipa::path(
    post, path = "/book", tag = "pages", operation_id = "checkBooking",
    request_body(content((BookingForm = "application/x-www-form-urlencoded"), (BookingForm = "multipart/form-data"))),
    responses(
        (status = 200, description = "The appointment to be checked, or a step with what was typed", body = String, content_type = "text/html"),
        (status = "default", response = ProblemDocument),
    ),
)]
pub(crate) async fn check(
    State(desk): State<BookingDesk>,
    fields: Fields,
) -> Result<Response, Problem> {
    let context = desk.context().await?;
    let clinic = &context.clinic;
    let selection = Selection::read(&fields, clinic);
    let typed = fields.without(&[CHANGE, STEP]);
    let changed = match fields.peek(CHANGE) {
        None if selection.start.is_some() => None,
        Some("details") => Some(steps::details(&selection, &typed, None, clinic)),
        Some("wait") => Some(steps::wait(&selection, &typed, None, clinic)),
        change => {
            let selection = selection.changing(change.unwrap_or_default());
            let page = desk.step(&selection, Way::Buttons(&typed), &context);
            Some(page.await?)
        }
    };
    if let Some(page) = changed {
        return Ok(page.into_response());
    }
    let wish = match Wish::parse(&typed, clinic) {
        Ok(wish) => wish,
        // What is missing may not have been asked for yet.
        Err(_) if fields.contains(STEP) => {
            return Ok(steps::details(&selection, &typed, None, clinic).into_response());
        }
        Err(problem) => {
            let page = steps::details(&selection, &typed, Some(&problem), clinic);
            return Err(problem.with_page(page));
        }
    };
    if let Err(refused) = candidates(&wish, clinic, context.now) {
        let problem = not_bookable(refused, clinic);
        return Err(stopped(&typed, problem, &context));
    }
    Ok(steps::check(&selection, &wish, &typed, &fresh_key(), clinic).into_response())
}

impl BookingDesk {
    /// The page of the first thing that was not chosen yet.
    async fn step(
        &self,
        selection: &Selection<'_>,
        way: Way<'_>,
        context: &Context<'_>,
    ) -> Result<Page, store::Error> {
        let clinic = &context.clinic;
        if selection.service.is_none() {
            return Ok(steps::services(selection, way, clinic));
        }
        if selection.who.is_none() {
            return Ok(steps::who(selection, way, clinic));
        }
        let Some(start) = selection.start else {
            return self.times(selection, None, way, context).await;
        };
        if self.is_free(selection, context).await? {
            return Ok(steps::details(selection, &Fields::default(), None, clinic));
        }
        let other = Selection {
            look: Look::on(clinic.local_date(start)),
            start: None,
            ..*selection
        };
        let notice = "This time cannot be booked any more. Please choose another.";
        self.times(&other, Some(notice), Way::Links, context).await
    }

    /// Whether the start that was chosen can be booked.
    async fn is_free(
        &self,
        selection: &Selection<'_>,
        context: &Context<'_>,
    ) -> Result<bool, store::Error> {
        let (Some(service), Some(start)) = (selection.service, selection.start) else {
            return Ok(false);
        };
        let day = context.clinic.local_date(start);
        let who = selection.who.and_then(Who::practitioner);
        let search = Search::of(service, who, (day, day), &context.clinic);
        let calendar = self.days.of(&search).await?;
        let free = search.free(&calendar, &context.clinic, context.now);
        let mut free = free.into_values().flatten();
        Ok(free.any(|free| free.start.moment() == start && free.book == Book::Online))
    }

    /// The page of a month: of the one that was asked for or, without one, of the first in which something is free.
    pub(super) async fn times(
        &self,
        selection: &Selection<'_>,
        notice: Option<&str>,
        way: Way<'_>,
        context: &Context<'_>,
    ) -> Result<Page, store::Error> {
        let clinic = &context.clinic;
        let today = clinic.local_date(context.now);
        let last = horizon(clinic, context.now);
        let asked = selection.look.month();
        let mut first = asked.unwrap_or(today).clamp(today, last).first_of_month();
        let mut month = self.month(selection, first, context).await?;
        while asked.is_none() && month.is_full() && first.saturating_add(1.month()) <= last {
            first = first.saturating_add(1.month());
            month = self.month(selection, first, context).await?;
        }
        Ok(steps::times(selection, &month, notice, way, context))
    }

    async fn month(
        &self,
        selection: &Selection<'_>,
        first: Date,
        context: &Context<'_>,
    ) -> Result<Month, store::Error> {
        let clinic = &context.clinic;
        let Some(service) = selection.service else {
            return Ok(Month::of(first, std::collections::BTreeMap::new()));
        };
        let from = first.max(clinic.local_date(context.now));
        let who = selection.who.and_then(Who::practitioner);
        let search = Search::of(service, who, (from, first.last_of_month()), clinic);
        let calendar = self.days.of(&search).await?;
        Ok(Month::of(
            first,
            search.free(&calendar, clinic, context.now),
        ))
    }
}

/// Where a browser goes on to after its form was accepted: the patient's page of what they have booked.
pub(super) fn to_own_page(manage_url: &str) -> Option<HeaderValue> {
    HeaderValue::from_str(&format!("{manage_url}&done=booked")).ok()
}

/// The problem as a page that keeps what was typed, and leads on.
pub(super) fn stopped(fields: &Fields, problem: Problem, context: &Context<'_>) -> Problem {
    let clinic = &context.clinic;
    let selection = Selection::read(fields, clinic);
    let page = match problem.kind() {
        "invalid" => steps::details(&selection, fields, Some(&problem), clinic),
        // It may have been stored: the same key finds it.
        "unavailable" => {
            let key = fields.peek(KEY.name).unwrap_or_default();
            steps::stopped(&selection, fields, &problem, key, clinic)
        }
        _ => steps::stopped(&selection, fields, &problem, &fresh_key(), clinic),
    };
    problem.with_page(page)
}
