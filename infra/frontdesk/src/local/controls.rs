//! `/_local/…`: the outbox, the clock, the faults, and where everything is.

use std::collections::BTreeMap;

use axum::{
    Json, Router,
    extract::{Path, State, rejection::JsonRejection},
    http::header,
    response::{Html, IntoResponse, Response},
    routing::{get, post},
};
use jiff::{Span, Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use shared::{
    clock::Clock,
    http::{Accepts, Problem},
};

use super::{
    endpoints::Endpoints,
    faults::{Faults, FaultsNow, FaultsWanted},
    outbox::{SentMails, outbox_page},
    schedules::Schedules,
};

#[derive(Clone)]
pub(super) struct Controls {
    pub(super) clock: Clock,
    pub(super) faults: Faults,
    pub(super) schedules: Schedules,
    pub(super) outbox: SentMails,
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
        .route("/_local/outbox", get(outbox))
        .route("/_local/outbox/{id}", get(mail))
        .route("/_local/outbox/{id}/html", get(mail_as_page))
        .route("/_local/clock", get(clock).post(move_clock))
        .route("/_local/faults", post(set_faults))
        .route("/_local/endpoints", get(endpoints))
        .with_state(controls)
}

async fn outbox(State(controls): State<Controls>, accepts: Accepts) -> Response {
    let mails = controls.outbox.mails();
    match accepts {
        Accepts::Html => outbox_page(&mails).into_response(),
        Accepts::Json => Json(json!({ "mails": mails })).into_response(),
    }
}

/// The mail as a mail program shows it, for a frame of the outbox. It can run no script and send no form; a link opens a
/// new window.
async fn mail_as_page(
    State(controls): State<Controls>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; \
        sandbox allow-popups allow-popups-to-escape-sandbox";
    let mail = controls.outbox.find(&id).ok_or_else(Problem::not_found)?;
    let html = format!("<base target=\"_blank\">{}", mail.html);
    Ok(([(header::CONTENT_SECURITY_POLICY, POLICY)], Html(html)).into_response())
}

async fn mail(
    State(controls): State<Controls>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let mail = controls.outbox.find(&id).ok_or_else(Problem::not_found)?;
    let raw = mail.rfc822().map_err(|_| Problem::unavailable())?;
    Ok(([(header::CONTENT_TYPE, "message/rfc822")], raw).into_response())
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
    let help = "Send { \"ses\": \"ok|throttle|reject|down\", \"dynamodb\": \"ok|throttle|conflict|down|lost_reply\", \"times\": 3, \"table\": \"MailTable\", \"operation\": \"UpdateItem\", \"after\": 0 }; each may be left out";
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
