//! `/_local/…`: the clock, the faults, and where everything is.

use std::collections::BTreeMap;

use axum::{
    Json, Router,
    extract::{State, rejection::JsonRejection},
    routing::{get, post},
};
use jiff::{Span, Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use shared::{clock::Clock, http::Problem};

use super::{
    endpoints::Endpoints,
    faults::{Faults, FaultsNow, FaultsWanted},
    schedules::Schedules,
};

#[derive(Clone)]
pub(super) struct Controls {
    pub(super) clock: Clock,
    pub(super) faults: Faults,
    pub(super) schedules: Schedules,
    pub(super) endpoints: Endpoints,
    pub(super) variables: BTreeMap<String, String>,
    pub(super) tables: Vec<String>,
}

#[derive(Serialize)]
struct ClockNow {
    now: Timestamp,
}

/// Either a moment, or a duration (ISO 8601).
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClockWanted {
    now: Option<Timestamp>,
    advance: Option<Span>,
}

pub(super) fn routes(controls: Controls) -> Router {
    Router::new()
        .route("/_local/clock", get(clock).post(move_clock))
        .route("/_local/faults", post(set_faults))
        .route("/_local/endpoints", get(endpoints))
        .with_state(controls)
}

async fn clock(State(controls): State<Controls>) -> Json<ClockNow> {
    Json(ClockNow {
        now: controls.clock.now(),
    })
}

/// Moves time, and runs what has fallen due before it answers.
async fn move_clock(
    State(controls): State<Controls>,
    wanted: Result<Json<ClockWanted>, JsonRejection>,
) -> Result<Json<ClockNow>, Problem> {
    let help = || {
        Problem::malformed(
            "Send { \"now\": \"2026-12-01T09:00:00-05:00\" } or { \"advance\": \"PT24H\" }",
        )
    };
    let Json(wanted) = wanted.map_err(|_| help())?;
    let now = match (wanted.now, wanted.advance) {
        (Some(now), None) => now,
        (None, Some(span)) => {
            // Days and more are calendar days; in UTC each of them has 24 hours.
            let before = controls.clock.now().to_zoned(TimeZone::UTC);
            before.checked_add(span).map_err(|_| help())?.timestamp()
        }
        _ => return Err(help()),
    };
    let mailer = controls.schedules.mailer().await;
    controls.clock.set(now);
    controls.schedules.run(&mailer).await.map_err(|error| {
        tracing::error!(error = format!("{error:#}"), "what is due was not run");
        Problem::unavailable()
    })?;
    Ok(Json(ClockNow {
        now: controls.clock.now(),
    }))
}

async fn set_faults(
    State(controls): State<Controls>,
    wanted: Result<Json<FaultsWanted>, JsonRejection>,
) -> Result<Json<FaultsNow>, Problem> {
    let help = "Send { \"ses\": \"ok|throttle|paused|reject|down\", \"dynamodb\": \"ok|throttle|conflict|down|lost_reply\", \"times\": 3, \"table\": \"MailTable\", \"operation\": \"UpdateItem\", \"after\": 0 }; each may be left out";
    let Json(wanted) = wanted.map_err(|_| Problem::malformed(help))?;
    let tables = &controls.tables;
    if wanted
        .table
        .as_ref()
        .is_some_and(|table| !tables.contains(table))
    {
        let title = format!("There is no such table: name one of {}", tables.join(", "));
        return Err(Problem::malformed(title));
    }
    Ok(Json(controls.faults.set(wanted)))
}

async fn endpoints(State(controls): State<Controls>) -> Json<Value> {
    let Endpoints { dynamodb, ses } = &controls.endpoints;
    Json(json!({ "dynamodb": dynamodb, "ses": ses, "environment": controls.variables }))
}
