//! `GET /clinic`.

use std::collections::BTreeMap;

use axum::{
    extract::State,
    response::{IntoResponse as _, Response},
};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use shared::{
    clinic::{Clinic, Consent, Opening, Topic, Week},
    http::{Accepts, Cacheable, Problem, ProblemDocument},
    local_time::LocalTime,
};
use utoipa::ToSchema;

use crate::{ArticleDesk, json_ld, pages};

#[derive(Serialize, ToSchema)]
#[schema(as = Clinic)]
struct ClinicPage<'a> {
    name: &'a str,
    summary: &'a str,
    phone: &'a str,
    address: &'a str,
    website: &'a str,
    language: &'a str,
    time_zone: &'a str,
    /// By weekday; a day without hours is closed.
    hours: BTreeMap<&'static str, Vec<String>>,
    closures: Vec<ClosurePage<'a>>,
    /// Whether it is open, by its hours and closures.
    open_now: bool,
    /// When it opens next, while it is closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    opens_next: Option<LocalTime>,
    contact: ContactPage<'a>,
    json_ld: Value,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Closure)]
struct ClosurePage<'a> {
    from: String,
    to: String,
    reason: &'a str,
}

#[derive(Serialize, ToSchema)]
#[schema(as = ContactSettings)]
struct ContactPage<'a> {
    topics: &'a [Topic],
    consent: &'a Consent,
}

/// The clinic with its hours.
#[utoipa::path(
    get, path = "/clinic", tag = "articles", operation_id = "showClinic",
    responses(
        (status = 200, description = "The clinic", content((ClinicPage = "application/json"), (String = "text/html"))),
        (status = 304, description = "Not modified, by `If-None-Match`"),
        (status = "default", response = ProblemDocument),
    ),
)]
pub(crate) async fn clinic(
    State(desk): State<ArticleDesk>,
    accepts: Accepts,
) -> Result<Response, Problem> {
    let clinic = desk.clinic.current().await?;
    let now = desk.clock.now();
    if accepts == Accepts::Html {
        return Ok(pages::visit::page(&clinic, now).into_response());
    }
    Ok(Cacheable::json(&page(&clinic, now))?.into_response())
}

fn page(clinic: &Clinic, now: Timestamp) -> ClinicPage<'_> {
    let (open_now, opens_next) = match clinic.opening(now) {
        Opening::Open { .. } => (true, None),
        Opening::Closed { until } => (false, until.map(|opens| clinic.local_time(opens))),
    };
    ClinicPage {
        name: clinic.name(),
        summary: clinic.summary(),
        phone: clinic.phone().as_str(),
        address: clinic.address(),
        website: clinic.website(),
        language: clinic.language(),
        time_zone: clinic.time_zone_name(),
        hours: hours(clinic.hours()),
        closures: clinic
            .closures()
            .iter()
            .map(|closure| ClosurePage {
                from: closure.from.to_string(),
                to: closure.to.to_string(),
                reason: &closure.reason,
            })
            .collect(),
        open_now,
        opens_next,
        contact: ContactPage {
            topics: &clinic.contact().topics,
            consent: &clinic.contact().consent,
        },
        json_ld: json_ld::clinic(clinic, now),
    }
}

fn hours(week: &Week) -> BTreeMap<&'static str, Vec<String>> {
    let periods = |day| week.on(day).iter().map(ToString::to_string).collect();
    Week::DAYS
        .iter()
        .map(|(day, name)| (*name, periods(*day)))
        .collect()
}
