//! `/book`: the steps that lead to an appointment.

use axum::{
    extract::State,
    http::{HeaderValue, Uri},
    response::{IntoResponse as _, Response},
};
use jiff::civil::Date;
use shared::{
    clinic::{Clinic, Patients, Service},
    forms::{CONSENT, CONSENT_VERSION_FIELD, KEY},
    http::{FieldError, Fields, Problem, ProblemDocument, Query},
    pages::Page,
    store,
    values::Code,
};

use super::{refused::not_bookable, times::month_to_show};
use crate::{
    BookingDesk,
    booking::{
        Look, Selection, Who, Wish,
        fields::{BookingForm, PRACTITIONER, RETURNING},
    },
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
    let typed = agreed(&fields, clinic);
    let changed = match fields.peek(CHANGE) {
        None if selection.start.is_some() => None,
        Some("details") => Some(steps::details(&selection, &typed, None, clinic)),
        Some("wait") => Some(steps::wait(&selection, &typed, None, clinic)),
        change => {
            let selection = selection.changing(change.unwrap_or_default(), clinic);
            let page = desk.step(&selection, Way::Buttons(&typed), &context);
            Some(page.await?)
        }
    };
    if let Some(page) = changed {
        return Ok(page.into_response());
    }
    let wish = match asked(&typed, &selection, clinic) {
        Ok(wish) => wish,
        // What is missing may not have been asked for yet.
        Err(_) if fields.contains(STEP) => {
            return Ok(steps::details(&selection, &typed, None, clinic).into_response());
        }
        Err(problem) => {
            let page = mistaken(&selection, &typed, &problem, clinic);
            return Err(problem.with_page(page));
        }
    };
    if let Err(refused) = candidates(&wish, clinic, context.now) {
        let problem = not_bookable(refused, clinic);
        return Err(stopped(&typed, problem, &context));
    }
    Ok(steps::check(&selection, &wish, &typed, clinic).into_response())
}

/// What was typed. Where nothing was sent off by it, who has agreed to a text that has changed agrees to the new one
/// first.
fn agreed(fields: &Fields, clinic: &Clinic) -> Fields {
    let typed = fields.without(&[CHANGE, STEP]);
    let version = fields.peek(CONSENT_VERSION_FIELD.name);
    let is_on_the_way = fields.contains(CHANGE) || fields.contains(STEP);
    if is_on_the_way && version != Some(clinic.booking().consent.version.as_str()) {
        return typed.without(&[CONSENT.name, CONSENT_VERSION_FIELD.name]);
    }
    typed
}

/// The wish of a page's form, which asks everybody whether they were here before.
fn asked<'a>(
    typed: &Fields,
    selection: &Selection<'_>,
    clinic: &'a Clinic,
) -> Result<Wish<'a>, Problem> {
    let wish = Wish::parse(typed, clinic);
    let is_any = |service: &Service| service.patients == Patients::Any;
    if !selection.service.is_some_and(is_any) || !typed.is_blank(RETURNING.name) {
        return wish;
    }
    let mut errors = match &wish {
        Err(problem) => problem.errors().to_vec(),
        Ok(_) => Vec::new(),
    };
    errors.push(FieldError {
        field: RETURNING.name.into(),
        code: Code::Required,
        message: "Tell us whether you have been here before".to_owned(),
    });
    Err(Problem::invalid(errors))
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
        let near = asked.unwrap_or(today).clamp(today, last);
        let read = |first| self.month(selection, first, context);
        let month = month_to_show(near, asked.is_some(), last, read).await?;
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

/// The page on which the mistakes can be corrected. If the practitioner does not offer the service, it asks for another.
fn mistaken(
    selection: &Selection<'_>,
    fields: &Fields,
    problem: &Problem,
    clinic: &Clinic,
) -> Page {
    let is_whom = |error: &FieldError| error.field == PRACTITIONER.name;
    if selection.service.is_some() && problem.errors().iter().any(is_whom) {
        return steps::who(selection, Way::Buttons(fields), clinic);
    }
    steps::details(selection, fields, Some(problem), clinic)
}

/// Where a browser goes on to after its form was accepted: the patient's page of what they have booked.
pub(super) fn to_own_page(manage_url: &str) -> Option<HeaderValue> {
    // Relative, so that it holds whatever name the browser knows the site by.
    let url: Uri = manage_url.parse().ok()?;
    HeaderValue::from_str(&format!("{}&done=booked", url.path_and_query()?)).ok()
}

/// The problem as a page that keeps what was typed, and leads on.
pub(super) fn stopped(fields: &Fields, problem: Problem, context: &Context<'_>) -> Problem {
    let clinic = &context.clinic;
    let selection = Selection::read(fields, clinic);
    let page = match problem.kind() {
        "invalid" => mistaken(&selection, fields, &problem, clinic),
        // One more appointment needs a key of its own.
        "key_reused" => {
            let fields = fields.without(&[KEY.name]);
            steps::stopped(&selection, &fields, &problem, clinic)
        }
        _ => steps::stopped(&selection, fields, &problem, clinic),
    };
    problem.with_page(page)
}
