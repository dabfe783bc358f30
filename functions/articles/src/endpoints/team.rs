//! `GET /team`.

use axum::{extract::State, http::HeaderMap, response::Response};
use serde::Serialize;
use shared::{
    clinic::TeamMember,
    http::{Cacheable, Problem, ProblemDocument},
};
use utoipa::ToSchema;

use crate::ArticleDesk;

#[derive(Serialize, ToSchema)]
#[schema(as = Team)]
struct Team<'a> {
    team: &'a [TeamMember],
}

/// The people of the clinic.
#[utoipa::path(
    get, path = "/team", tag = "articles", operation_id = "showTeam",
    responses(
        (status = 200, description = "The people of the clinic", body = Team),
        (status = 304, description = "Not modified, by `If-None-Match`"),
        (status = "default", response = ProblemDocument),
    ),
)]
pub(crate) async fn team(
    State(desk): State<ArticleDesk>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let clinic = desk.clinic.current().await?;
    let team = clinic.team();
    Ok(Cacheable::json(&Team { team }, None)?.answer(&headers))
}
