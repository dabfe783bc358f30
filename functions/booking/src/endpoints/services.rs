//! `GET /services`.

use axum::extract::State;
use serde::Serialize;
use shared::{
    clinic::{Clinic, Confirmation, Consent, Patients, Place, Service},
    http::{Cacheable, Problem, ProblemDocument},
    values::PractitionerId,
};
use utoipa::ToSchema;

use crate::BookingDesk;

#[derive(Serialize, ToSchema)]
#[schema(as = Services)]
struct Offers<'a> {
    time_zone: &'a str,
    services: Vec<Offer<'a>>,
    practitioners: Vec<ListedPractitioner<'a>>,
    consent: &'a Consent,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Service)]
struct Offer<'a> {
    id: &'a str,
    name: &'a str,
    summary: &'a str,
    minutes: i64,
    price: Price<'a>,
    patients: Patients,
    confirmation: Confirmation,
    place: Place,
    /// What the patient brings along.
    #[serde(skip_serializing_if = "Option::is_none")]
    bring: Option<&'a str>,
    #[schema(value_type = Vec<String>)]
    practitioners: &'a [PractitionerId],
}

#[derive(Serialize, ToSchema)]
struct Price<'a> {
    amount: &'a str,
    currency: &'a str,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Practitioner)]
struct ListedPractitioner<'a> {
    id: &'a str,
    name: &'a str,
    role: &'a str,
}

/// What can be booked, and with whom.
#[utoipa::path(
    get, path = "/services", tag = "booking", operation_id = "listServices",
    responses(
        (status = 200, description = "What can be booked", body = Offers),
        (status = 304, description = "Not modified, by `If-None-Match`"),
        (status = "default", response = ProblemDocument),
    ),
)]
pub(crate) async fn services(State(desk): State<BookingDesk>) -> Result<Cacheable, Problem> {
    let clinic = desk.clinic.current().await?;
    Cacheable::json(&listed(&clinic))
}

fn listed(clinic: &Clinic) -> Offers<'_> {
    let people = clinic.practitioners().iter();
    Offers {
        time_zone: clinic.time_zone_name(),
        services: clinic
            .services()
            .iter()
            .map(|service| offer(service, clinic))
            .collect(),
        practitioners: people
            .map(|person| ListedPractitioner {
                id: person.id.as_str(),
                name: &person.name,
                role: &person.role,
            })
            .collect(),
        consent: &clinic.booking().consent,
    }
}

fn offer<'a>(service: &'a Service, clinic: &'a Clinic) -> Offer<'a> {
    Offer {
        id: service.id.as_str(),
        name: &service.name,
        summary: &service.summary,
        minutes: service.duration.as_mins(),
        price: Price {
            amount: &service.price,
            currency: clinic.currency(),
        },
        patients: service.patients,
        confirmation: service.confirmation,
        place: service.place,
        bring: service.bring.as_deref(),
        practitioners: &service.practitioners,
    }
}
