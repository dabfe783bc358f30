//! `/bookings/links`: somebody has lost their links, and is mailed them again.

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use serde::Serialize;
use shared::{
    described_form,
    forms::KEY,
    guard::{Admission, Attempt, IdempotencyKey, KEY_FIELD, Person, Sender, Verdict},
    http::{Accepts, ClientAddress, Fields, Problem, ProblemDocument},
    telemetry::Causes,
    values::EmailAddress,
};
use utoipa::ToSchema;

use crate::{
    BookingDesk, booking::fields::LINKS_EMAIL, context::Context, pages::lost, store::SendLinksError,
};

/// How many times a day an address is mailed its links. Nobody needs them more often.
const LINKS_PER_DAY: u32 = 4;

described_form!(
    LinksForm,
    [LINKS_EMAIL, KEY],
    "What the form of somebody who has lost their links sends."
);

/// The body of the answer: the same for every address.
#[derive(Serialize, ToSchema)]
struct Accepted {}

/// The form with which somebody asks for their links.
#[utoipa::path(
    get, path = "/bookings/links", tag = "pages", operation_id = "askForLinks",
    responses(
        (status = 200, description = "The form", body = String, content_type = "text/html"),
        (status = "default", response = ProblemDocument),
    ),
)]
pub(crate) async fn ask(State(desk): State<BookingDesk>) -> Result<Response, Problem> {
    let context = desk.context().await?;
    Ok(lost::form_page(&context.clinic).into_response())
}

/// Mails an address the links of its bookings to come, if there are any.
#[utoipa::path(
    post, path = "/bookings/links", tag = "booking", operation_id = "sendLinks",
    params(("Idempotency-Key" = Option<String>, Header, description = "As for a booking")),
    request_body(content((LinksForm = "application/json"), (LinksForm = "application/x-www-form-urlencoded"), (LinksForm = "multipart/form-data"))),
    responses(
        (status = 202, description = "Nobody can tell from it whether there are any", content((Accepted = "application/json"), (String = "text/html"))),
        (status = "default", response = ProblemDocument),
    ),
)]
pub(crate) async fn recover(
    State(desk): State<BookingDesk>,
    accepts: Accepts,
    address: ClientAddress,
    key: IdempotencyKey,
    fields: Fields,
) -> Result<Response, Problem> {
    let context = desk.context().await?;
    let clinic = &context.clinic;
    let sender = Sender::of(address, &desk.keys, clinic, context.now);
    let attempt = Attempt::of("POST /bookings/links", &key, &fields, &[], &sender)?;
    let mut form = fields.form();
    form.known(&[KEY_FIELD]);
    let email = form.required(LINKS_EMAIL.name, EmailAddress::parse);
    form.finish()
        .map_err(|problem| lost::with_form(problem, &fields, clinic))?;
    let email = email?;
    let bookings = desk.bookings.to_come(&email, &context).await?;
    let mut admission = desk.asking_for_links(attempt, sender, &email, &context);
    let sent = desk
        .bookings
        .send_links(&bookings, &mut admission, &context);
    sent.await.map_err(not_sent)?;
    let mut response = match accepts {
        Accepts::Html => lost::asked(clinic).into_response(),
        Accepts::Json => {
            let no_store = [(header::CACHE_CONTROL, "no-store")];
            (no_store, Json(Accepted {})).into_response()
        }
    };
    *response.status_mut() = StatusCode::ACCEPTED;
    Ok(response)
}

impl BookingDesk {
    /// The sender and the address are counted, whether or not there is anything to mail.
    fn asking_for_links(
        &self,
        attempt: Attempt,
        sender: Sender,
        email: &EmailAddress,
        context: &Context<'_>,
    ) -> Admission {
        let clinic = &context.clinic;
        let table = &self.bookings.table;
        let person = Person::of(Some(email), None, &self.keys, clinic, context.now);
        Admission {
            attempt,
            sender,
            verdict: Verdict::default(),
            limits: clinic.booking().limits,
            once: None,
            soft_counts: Vec::new(),
            hard_counts: person.links(table, LINKS_PER_DAY),
            table: table.clone(),
        }
    }
}

fn not_sent(error: SendLinksError) -> Problem {
    match error {
        SendLinksError::Replay(replay) => replay.into(),
        SendLinksError::Unavailable(_) => {
            tracing::error!(error = %Causes(&error), "links were not mailed again");
            Problem::unavailable()
        }
    }
}
