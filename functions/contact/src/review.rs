//! `GET` and `POST /contact/{reference}/review`: staff's page of a message, by a signed link.
//!
//! GET shows how the message stands and nothing of what it says, and changes nothing: mail scanners
//! open every link. Who wants to read it presses a button, which is written into the audit trail.

use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use jiff::Timestamp;
use maud::{Markup, html};
use serde::Serialize;
use shared::{
    clinic::Clinic,
    http::{Accepts, Fields, Page, Problem, Query},
    outbox::State as MailState,
    reference::Reference,
    telemetry::Causes,
    values::{EmailAddress, FreeText, Invalid, PersonName, PhoneNumber},
};

use crate::{
    ContactDesk,
    decide::{DecideError, Decision},
    item::{MailProgress, State as Standing, StoredMessage},
    screen::Reason,
};

/// What staff ask of the page.
enum Request {
    Show,
    Decide(Decision),
}

impl Request {
    fn parse(action: &str) -> Result<Self, Invalid> {
        match action {
            "show" => Ok(Self::Show),
            action => Decision::parse(action).map(Self::Decide),
        }
    }
}

/// A message as staff see it.
#[derive(Serialize)]
struct Review {
    reference: Reference,
    status: Standing,
    received_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    topic: Option<String>,
    reasons: Vec<Reason>,
    mails: Vec<MailView>,
    #[serde(skip)]
    was_mailed: bool,
    /// Only for who asked for it by POST.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    content: Option<Content>,
}

/// What somebody wrote, and who.
#[derive(Serialize)]
struct Content {
    name: PersonName,
    email: EmailAddress,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<PhoneNumber>,
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<String>,
    message: FreeText,
}

#[derive(Serialize)]
struct MailView {
    kind: &'static str,
    state: MailState,
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

/// Shows how the message stands.
pub(crate) async fn show(
    State(desk): State<ContactDesk>,
    Path(reference): Path<String>,
    accepts: Accepts,
    Query(query): Query,
) -> Result<Response, Problem> {
    let token = query.peek("token").unwrap_or_default();
    let reference = desk.links.admit(&reference, token, desk.clock.now())?;
    let review = desk.review(&reference, Read::Standing).await?;
    Ok(desk.answer(&review, token, accepts))
}

/// Does what staff ask for, and shows how the message stands then.
pub(crate) async fn act(
    State(desk): State<ContactDesk>,
    Path(reference): Path<String>,
    accepts: Accepts,
    fields: Fields,
) -> Result<Response, Problem> {
    let now = desk.clock.now();
    let clinic = desk.clinic.current();
    let mut form = fields.form();
    let token = form.required("token", |token| Ok(token.to_owned()));
    let action = form.required("action", Request::parse);
    let token = token.unwrap_or_default();
    let reference = desk.links.admit(&reference, &token, now)?;
    form.finish()?;
    let read = match action? {
        Request::Show => {
            desk.messages.note_reading(&reference, &clinic, now).await?;
            Read::Whole
        }
        Request::Decide(decision) => {
            let decided = desk
                .messages
                .decide(&reference, decision, &desk.links, &clinic, now)
                .await;
            if let Err(error) = decided {
                return Err(desk.refusal(error, &reference, &token).await);
            }
            tracing::info!(message.reference = %reference, message.decision = ?decision, "staff decided");
            Read::Standing
        }
    };
    let review = desk.review(&reference, read).await?;
    Ok(desk.answer(&review, &token, accepts))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Read {
    Standing,
    Whole,
}

impl ContactDesk {
    async fn review(&self, reference: &Reference, read: Read) -> Result<Review, Problem> {
        let found = self.messages.find(reference, self.clock.now()).await?;
        let (message, mails) = found.ok_or_else(Problem::not_found)?;
        Ok(Review::of(message, &mails, read, &self.clinic.current()))
    }

    /// A browser is shown how the message stands, since somebody else has decided.
    async fn refusal(&self, error: DecideError, reference: &Reference, token: &str) -> Problem {
        let wrong_state = matches!(error, DecideError::WrongState);
        let problem = Problem::from(error);
        match self.review(reference, Read::Standing).await {
            Ok(review) if wrong_state => problem.with_page(self.page(&review, token)),
            _ => problem,
        }
    }

    fn page(&self, review: &Review, token: &str) -> Page {
        let address = self.links.address(&review.reference);
        review.page(&address, token, &self.clinic.current())
    }

    fn answer(&self, review: &Review, token: &str, accepts: Accepts) -> Response {
        let mut response = match accepts {
            Accepts::Json => Json(review).into_response(),
            Accepts::Html => self.page(review, token).into_response(),
        };
        let no_store = HeaderValue::from_static("no-store");
        response
            .headers_mut()
            .insert(header::CACHE_CONTROL, no_store);
        response
    }
}

impl Review {
    fn of(message: StoredMessage, mails: &[MailProgress], read: Read, clinic: &Clinic) -> Self {
        let view = |mail: &MailProgress| MailView {
            kind: if mail.id.contains("/message_receipt/") {
                "message_receipt"
            } else {
                "message_to_staff"
            },
            state: mail.state,
            at: mail.history.last().map(|event| clinic.local_time(event.at)),
            detail: (mail.state != MailState::Sent)
                .then(|| mail.history.last().map(|event| event.detail.clone()))
                .flatten(),
        };
        Self {
            status: message.inbox,
            received_at: clinic.local_time(message.received_at.0),
            topic: message.topic_name(clinic),
            reasons: message.reasons,
            was_mailed: message.mailed_at.is_some(),
            mails: mails.iter().map(view).collect(),
            reference: message.reference,
            content: (read == Read::Whole).then_some(Content {
                name: message.name,
                email: message.email,
                phone: message.phone,
                page: message.page,
                message: message.message,
            }),
        }
    }

    fn no_mails(&self) -> &'static str {
        if self.was_mailed {
            "They were sent so long ago that they are not kept any more."
        } else {
            "None: they go out when it is released."
        }
    }

    fn page(&self, address: &str, token: &str, clinic: &Clinic) -> Page {
        let heading = match self.status {
            Standing::Received => "A message that waits for an answer",
            Standing::Quarantined => "A message in quarantine",
            Standing::Handled => "A message that is done",
            Standing::Spam => "A message marked as spam",
        };
        let button = |action: &str, label: &str, class: Option<&str>| {
            html! {
                form method="post" action=(address) {
                    input type="hidden" name="token" value=(token);
                    button name="action" value=(action) class=[class] { (label) }
                }
            }
        };
        Page::new(
            heading,
            &html! {
                dl {
                    dt { "Reference" } dd { (self.reference.as_str()) }
                    dt { "Waiting since" } dd { (spoken(&self.received_at, clinic)) }
                    @if let Some(topic) = &self.topic { dt { "Topic" } dd { (topic) } }
                    @if !self.reasons.is_empty() {
                        dt { "It was quarantined because" }
                        @for reason in &self.reasons { dd { (reason.words()) } }
                    }
                    dt { "Its mails" }
                    @if self.mails.is_empty() { dd { (self.no_mails()) } }
                    @for mail in &self.mails { dd { (mail.words(clinic)) } }
                }
                @if let Some(content) = &self.content { (content.markup()) }
                div.actions {
                    @if self.content.is_none() { (button("show", "Show the message", None)) }
                    @if Decision::Release.fits(self.status) { (button("release", "Release: it is from a person", None)) }
                    @if Decision::Handled.fits(self.status) { (button("handled", "It is done", Some("quiet"))) }
                    @if Decision::Spam.fits(self.status) { (button("spam", "It is spam", Some("quiet"))) }
                }
                p.small { "Reading a message and deciding about it is written into the audit trail." }
            },
        )
    }
}

impl Content {
    fn markup(&self) -> Markup {
        html! {
            dl {
                dt { "From" } dd { (self.name.as_str()) }
                dt { "Email" } dd { a href={ "mailto:" (self.email.as_str()) } { (self.email.as_str()) } }
                @if let Some(phone) = &self.phone { dt { "Phone" } dd { a href=(phone.tel()) { (phone.as_str()) } } }
                // Not a link: in quarantine nobody should open it by mistake.
                @if let Some(page) = &self.page { dt { "Sent from" } dd { (page) } }
            }
            blockquote { (self.message.as_str()) }
        }
    }
}

impl MailView {
    fn words(&self, clinic: &Clinic) -> String {
        let who = match self.kind {
            "message_receipt" => "The receipt to the visitor",
            _ => "The mail to staff",
        };
        let at = self.at.as_deref().map(|at| spoken(at, clinic));
        let detail = self.detail.as_deref().unwrap_or("no reason given");
        match (self.state, at) {
            (MailState::Sent, Some(at)) => format!("{who} was sent on {at}."),
            (MailState::Sent, None) => format!("{who} was sent."),
            (MailState::Waiting, Some(at)) => {
                format!("{who} was not taken on {at} ({detail}). It will be tried again.")
            }
            (MailState::Waiting, None) => format!("{who} is on its way."),
            (MailState::Failed, _) => {
                format!("{who} cannot be delivered ({detail}). Call the visitor instead.")
            }
        }
    }
}

fn spoken(local: &str, clinic: &Clinic) -> String {
    let moment: Result<Timestamp, _> = local.parse();
    moment.map_or_else(|_| local.to_owned(), |moment| clinic.spoken_time(moment))
}

impl From<DecideError> for Problem {
    fn from(error: DecideError) -> Self {
        match error {
            DecideError::NotFound => Problem::not_found(),
            DecideError::WrongState => Problem::new(
                StatusCode::CONFLICT,
                "wrong_state",
                "This message was decided about before, in another way",
            ),
            DecideError::Unavailable(_) | DecideError::Uncommitted(_) => {
                tracing::error!(error = %Causes(&error), "what staff decided was not stored");
                Problem::unavailable()
            }
        }
    }
}
