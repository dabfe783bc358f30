//! `GET /clinic`.

use std::collections::BTreeMap;

use axum::{extract::State, http::HeaderMap, response::Response};
use serde::Serialize;
use serde_json::{Value, json};
use shared::{
    clinic::{Clinic, Consent, Topic, Week},
    http::{Cacheable, Problem, ProblemDocument},
};
use utoipa::ToSchema;

use crate::ArticleDesk;

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
        (status = 200, description = "The clinic", body = ClinicPage),
        (status = 304, description = "Not modified, by `If-None-Match`"),
        (status = "default", response = ProblemDocument),
    ),
)]
pub(crate) async fn clinic(
    State(desk): State<ArticleDesk>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let clinic = desk.clinic.current().await?;
    Ok(Cacheable::json(&page(&clinic), None)?.answer(&headers))
}

fn page(clinic: &Clinic) -> ClinicPage<'_> {
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
        contact: ContactPage {
            topics: &clinic.contact().topics,
            consent: &clinic.contact().consent,
        },
        json_ld: json_ld(clinic),
    }
}

fn hours(week: &Week) -> BTreeMap<&'static str, Vec<String>> {
    let periods = |day| week.on(day).iter().map(ToString::to_string).collect();
    Week::DAYS
        .iter()
        .map(|(day, name)| (*name, periods(*day)))
        .collect()
}

/// The clinic as a schema.org `MedicalBusiness`.
fn json_ld(clinic: &Clinic) -> Value {
    let open = Week::DAYS.iter().flat_map(|(day, name)| {
        clinic.hours().on(*day).iter().map(move |period| {
            let text = period.to_string();
            let (opens, closes) = text.split_once('-').unwrap_or_default();
            let mut day_of_week = (*name).to_owned();
            day_of_week.replace_range(..1, &name.get(..1).unwrap_or_default().to_uppercase());
            json!({ "@type": "OpeningHoursSpecification", "dayOfWeek": day_of_week, "opens": opens, "closes": closes })
        })
    });
    json!({
        "@context": "https://schema.org",
        "@type": "MedicalBusiness",
        "name": clinic.name(),
        "description": clinic.summary(),
        "url": clinic.website(),
        "telephone": clinic.phone().as_str(),
        "address": clinic.address(),
        "currenciesAccepted": clinic.currency(),
        "openingHoursSpecification": open.collect::<Vec<_>>(),
    })
}
