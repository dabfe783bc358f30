//! `GET /availability`: free starts by local date.

use std::collections::BTreeMap;

use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use jiff::civil::Date;
use serde::Serialize;
use shared::{
    clinic::Clinic,
    http::{Fields, Problem, ProblemDocument, Query},
    values::{Code, Invalid},
};
use utoipa::ToSchema;

use crate::{
    BookingDesk,
    booking::{date, whom},
    time::{FreeStart, Search},
};

/// The contract's limit for a range.
const LONGEST_RANGE_DAYS: i32 = 31;

#[derive(Serialize, ToSchema)]
struct Availability<'a> {
    service: &'a str,
    time_zone: &'a str,
    days: BTreeMap<Date, Vec<FreeStart>>,
}

/// Free starts of a service. Every day of the range is a key, free or not.
#[utoipa::path(
    get, path = "/availability", tag = "booking", operation_id = "showAvailability",
    params(
        ("service" = String, Query, description = "The service's id"),
        ("practitioner" = Option<String>, Query, description = "Only this practitioner's starts, by id"),
        ("from" = String, Query, format = Date, description = "The first day, in the clinic's time zone"),
        ("to" = String, Query, format = Date, description = "The last day; at most 31 days in all"),
    ),
    responses(
        (status = 200, description = "Free starts by day; every day of the range is there", body = Availability),
        (status = "default", response = ProblemDocument),
    ),
)]
pub(crate) async fn availability(
    State(desk): State<BookingDesk>,
    Query(query): Query,
) -> Result<Response, Problem> {
    let context = desk.context().await?;
    let search = parse(&query, &context.clinic)?;
    let calendar = desk.days.of(&search).await?;
    let answer = Availability {
        service: search.service.id.as_str(),
        time_zone: context.clinic.time_zone_name(),
        days: search.free(&calendar, &context.clinic, context.now),
    };
    let fresh = [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    Ok((fresh, axum::Json(answer)).into_response())
}

fn parse<'a>(query: &Fields, clinic: &'a Clinic) -> Result<Search<'a>, Problem> {
    let mut form = query.form();
    let (service, practitioner) = whom(&mut form, clinic);
    let from = form.required("from", date);
    let to = form.required("to", date);
    if let (Ok(from), Ok(to)) = (from, to) {
        let days = (to - from).get_days() + 1;
        if !(1..=LONGEST_RANGE_DAYS).contains(&days) {
            let message =
                format!("Ask for 1 to {LONGEST_RANGE_DAYS} days, from the first to the last");
            let _: Result<(), _> = form.reject("to", Invalid::new(Code::Invalid, message));
        }
    }
    form.finish()?;
    let days = (from?, to?);
    Ok(Search::of(service?, practitioner?, days, clinic))
}
