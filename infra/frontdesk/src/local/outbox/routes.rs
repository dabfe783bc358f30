//! `/_local/outbox/…`: the mails, for programs and to look at.

use std::collections::HashMap;

use axum::{
    Json, Router,
    extract::{Path, Query, State},
    http::header,
    response::{Html, IntoResponse, Response},
    routing::get,
};
use serde::Deserialize;
use serde_json::json;
use shared::{
    aws::Aws,
    environment::Environment,
    http::{Accepts, Problem},
    outbox::{Outbox, StoredMail},
    runtime::StartError,
};

use super::{
    mails::SentMails,
    page::{list_page, mail_page},
};

/// What SES was given, and the Mail table, which knows the history of each mail and those that were not sent.
#[derive(Clone)]
pub(crate) struct Outboxes {
    sent: SentMails,
    table: Outbox,
}

pub(crate) fn routes(outboxes: Outboxes) -> Router {
    Router::new()
        .route("/_local/outbox", get(list))
        .route("/_local/outbox/{id}", get(source))
        .route("/_local/outbox/{id}/page", get(look))
        .route("/_local/outbox/{id}/html", get(shown))
        .with_state(outboxes)
}

impl Outboxes {
    /// With the table that `MAIL_TABLE` names.
    pub(crate) fn open(sent: SentMails, environment: &Environment) -> Result<Self, StartError> {
        let client = Aws::from_environment(environment)?.dynamodb();
        let table = Outbox::new(client, environment.require("MAIL_TABLE")?);
        Ok(Self { sent, table })
    }

    /// The mails of the table, by their ids.
    async fn stored(&self) -> Result<HashMap<String, StoredMail>, Problem> {
        let all = self.table.all().await;
        let mails = all.map_err(|_| Problem::unavailable())?.mails;
        Ok(mails
            .into_iter()
            .map(|mail| (mail.id.clone(), mail))
            .collect())
    }
}

async fn list(State(outboxes): State<Outboxes>, accepts: Accepts) -> Result<Response, Problem> {
    let mails = outboxes.sent.mails();
    match accepts {
        Accepts::Html => {
            let stored = outboxes.stored().await?;
            Ok(list_page(&mails, &stored).into_response())
        }
        Accepts::Json => Ok(Json(json!({ "mails": mails })).into_response()),
    }
}

/// The mail as it was sent.
async fn source(
    State(outboxes): State<Outboxes>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let mail = outboxes.sent.find(&id).ok_or_else(Problem::not_found)?;
    if mail.source.is_empty() {
        return Err(Problem::not_found());
    }
    Ok(([(header::CONTENT_TYPE, "message/rfc822")], mail.source).into_response())
}

/// Everything that is known about one mail.
async fn look(
    State(outboxes): State<Outboxes>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let mail = outboxes.sent.find(&id).ok_or_else(Problem::not_found)?;
    let stored = outboxes.stored().await?;
    Ok(mail_page(&mail, stored.get(&mail.mail)).into_response())
}

/// How a mail is shown; without it, as the reader's own screen is.
#[derive(Deserialize)]
struct Shown {
    screen: Option<Screen>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Screen {
    Light,
    Dark,
}

/// The mail as a mail program shows it, for a frame of the outbox. It can run no script and send no form; a link opens a
/// new window.
async fn shown(
    State(outboxes): State<Outboxes>,
    Path(id): Path<String>,
    Query(shown): Query<Shown>,
) -> Result<Response, Problem> {
    const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; frame-ancestors 'self'; \
        sandbox allow-popups allow-popups-to-escape-sandbox";
    let mail = outboxes.sent.find(&id).ok_or_else(Problem::not_found)?;
    let html = match shown.screen {
        None => mail.html,
        Some(Screen::Dark) => on(&mail.html, "dark", "all"),
        Some(Screen::Light) => on(&mail.html, "light", "not all"),
    };
    let html = html.replacen("<head>", "<head><base target=\"_blank\">", 1);
    Ok(([(header::CONTENT_SECURITY_POLICY, POLICY)], Html(html)).into_response())
}

/// The mail for one kind of screen, whatever kind the reader's is: its styles for dark screens apply always, or never.
fn on(html: &str, scheme: &str, media: &str) -> String {
    html.replace(
        "media=\"(prefers-color-scheme: dark)\"",
        &format!("media=\"{media}\""),
    )
    .replace("color-scheme:light dark", &format!("color-scheme:{scheme}"))
}
