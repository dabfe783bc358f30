//! `GET /team` and `GET /team/{id}`: the people of the clinic.

use axum::{
    extract::{Path, State},
    response::{IntoResponse as _, Response},
};
use serde::Serialize;
use shared::{
    clinic::{Clinic, Practitioner, TeamMember},
    http::{Accepts, Cacheable, Problem, ProblemDocument},
};
use utoipa::ToSchema;

use crate::{ArticleDesk, pages};

#[derive(Serialize, ToSchema)]
#[schema(as = Team)]
struct Team<'a> {
    team: &'a [TeamMember],
    practitioners: Vec<Person<'a>>,
}

/// Somebody who can be booked.
#[derive(Serialize, ToSchema)]
struct Person<'a> {
    id: &'a str,
    name: &'a str,
    role: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    bio: Option<&'a str>,
    /// The ids of the services that they offer.
    services: Vec<&'a str>,
}

impl<'a> Person<'a> {
    fn of(person: &'a Practitioner, clinic: &'a Clinic) -> Self {
        let offered = clinic.offered_by(person);
        Self {
            id: person.id.as_str(),
            name: &person.name,
            role: &person.role,
            bio: person.bio.as_deref(),
            services: offered.map(|service| service.id.as_str()).collect(),
        }
    }
}

/// The people of the clinic.
#[utoipa::path(
    get, path = "/team", tag = "articles", operation_id = "showTeam",
    responses(
        (status = 200, description = "The people of the clinic", content((Team = "application/json"), (String = "text/html"))),
        (status = 304, description = "Not modified, by `If-None-Match`"),
        (status = "default", response = ProblemDocument),
    ),
)]
pub(crate) async fn team(
    State(desk): State<ArticleDesk>,
    accepts: Accepts,
) -> Result<Response, Problem> {
    let clinic = desk.clinic.current().await?;
    if accepts == Accepts::Html {
        return Ok(pages::team::page(&clinic).into_response());
    }
    let people = clinic.practitioners().iter();
    let team = Team {
        team: clinic.team(),
        practitioners: people.map(|person| Person::of(person, &clinic)).collect(),
    };
    Ok(Cacheable::json(&team)?.into_response())
}

/// Somebody of the clinic, whether they can be booked or not.
#[utoipa::path(
    get, path = "/team/{id}", tag = "articles", operation_id = "showPerson",
    params(("id" = String, Path, description = "Their id")),
    responses(
        (status = 200, description = "Somebody who can be booked, or somebody else of the team", content((Person = "application/json"), (TeamMember = "application/json"), (String = "text/html"))),
        (status = 304, description = "Not modified, by `If-None-Match`"),
        (status = "default", response = ProblemDocument),
    ),
)]
pub(crate) async fn person(
    State(desk): State<ArticleDesk>,
    Path(id): Path<String>,
    accepts: Accepts,
) -> Result<Response, Problem> {
    let clinic = desk.clinic.current().await?;
    if let Some(person) = clinic.practitioner(&id) {
        return match accepts {
            Accepts::Html => Ok(pages::team::practitioner(person, &clinic).into_response()),
            Accepts::Json => {
                let person = Person::of(person, &clinic);
                Ok(Cacheable::json(&person)?.into_response())
            }
        };
    }
    let mut team = clinic.team().iter();
    let colleague = team.find(|person| person.id == id);
    let colleague = colleague.ok_or_else(Problem::not_found)?;
    match accepts {
        Accepts::Html => Ok(pages::team::colleague(colleague).into_response()),
        Accepts::Json => Ok(Cacheable::json(colleague)?.into_response()),
    }
}
