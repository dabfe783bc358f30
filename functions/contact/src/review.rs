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
    http::{Accepts, Fields, Page, Problem, ProblemDocument, Query},
    outbox::State as MailState,
    reference::Reference,
    telemetry::Causes,
    values::{Code, EmailAddress, FreeText, Invalid, PersonName, PhoneNumber},
};
use utoipa::ToSchema;

use crate::{
    ContactDesk,
    decide::{Changed, DecideError, Decision},
    item::{MailKind, MailProgress, State as Standing, StoredMessage},
    screen::Reason,
};

/// What staff ask of the page.
enum Request {
    Show,
    Decide(Decision),
}

impl Request {
    fn parse(action: &str) -> Result<Self, Invalid> {
        if action == "show" {
            return Ok(Self::Show);
        }
        let help = "Choose one of: show, release, handled, spam";
        let decision = Decision::parse(action).map(Self::Decide);
        decision.ok_or_else(|| Invalid::new(Code::NotAllowed, help))
    }
}

/// What staff send.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "forms are read field by field, so that all mistakes are told at once"
)]
struct ReviewForm {
    token: String,
    /// `show`, `release`, `handled` or `spam`.
    action: String,
}

/// A message as staff see it.
#[derive(Serialize, ToSchema)]
#[schema(as = MessageReview)]
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
    /// What has just happened.
    #[serde(skip)]
    notice: Option<&'static str>,
    /// Only for who asked for it by POST.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    content: Option<Content>,
}

/// What somebody wrote, and who.
#[derive(Serialize, ToSchema)]
#[schema(as = MessageContent)]
struct Content {
    name: PersonName,
    email: EmailAddress,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<PhoneNumber>,
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<String>,
    message: FreeText,
}

#[derive(Serialize, ToSchema)]
#[schema(as = MailProgress)]
struct MailView {
    kind: MailKind,
    state: MailState,
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

const DECIDED_BEFORE: &str =
    "This message was decided about before, in another way. Nothing was changed now.";

/// Shows how the message stands.
#[utoipa::path(
    get, path = "/contact/{reference}/review", tag = "contact", operation_id = "showContact",
    params(("reference" = String, Path, description = "The message's"), ("token" = String, Query, description = "From the link in the mail")),
    responses(
        (status = 200, description = "How the message stands, and nothing of what it says", content((Review = "application/json"), (String = "text/html"))),
        (status = "default", response = ProblemDocument),
    ),
)]
pub(crate) async fn show(
    State(desk): State<ContactDesk>,
    Path(reference): Path<String>,
    accepts: Accepts,
    Query(query): Query,
) -> Result<Response, Problem> {
    let token = query.peek("token").unwrap_or_default();
    let reference = desk.links.admit(&reference, token, desk.clock.now())?;
    let review = desk.standing(&reference, desk.clock.now()).await?;
    Ok(desk.answer(&review, token, accepts))
}

/// Does what staff ask for, and shows how the message stands then.
#[utoipa::path(
    post, path = "/contact/{reference}/review", tag = "contact", operation_id = "actOnContact",
    params(("reference" = String, Path, description = "The message's")),
    request_body(content((ReviewForm = "application/json"), (ReviewForm = "application/x-www-form-urlencoded"), (ReviewForm = "multipart/form-data"))),
    responses(
        (status = 200, description = "How the message stands then; with `show` also what it says", content((Review = "application/json"), (String = "text/html"))),
        (status = "default", response = ProblemDocument),
    ),
)]
pub(crate) async fn act(
    State(desk): State<ContactDesk>,
    Path(reference): Path<String>,
    accepts: Accepts,
    fields: Fields,
) -> Result<Response, Problem> {
    let now = desk.clock.now();
    let mut form = fields.form();
    let token = form.required("token", |token| Ok(token.to_owned()));
    let action = form.required("action", Request::parse);
    let token = token.unwrap_or_default();
    let reference = desk.links.admit(&reference, &token, now)?;
    form.finish()?;
    let review = match action? {
        Request::Show => desk.read(&reference, now).await?,
        Request::Decide(decision) => desk.carry_out(decision, &reference, &token, now).await?,
    };
    Ok(desk.answer(&review, &token, accepts))
}

impl ContactDesk {
    /// How the message stands, without what it says.
    async fn standing(&self, reference: &Reference, now: Timestamp) -> Result<Review, Problem> {
        let message = self.messages.find(reference, now).await?;
        let message = message.ok_or_else(Problem::not_found)?;
        let mails = self.messages.mails(reference, now).await?;
        Ok(Review::of(&message, &mails, &self.clinic.current()))
    }

    /// The message with what it says, after it was written down that somebody reads it.
    async fn read(&self, reference: &Reference, now: Timestamp) -> Result<Review, Problem> {
        let message = self.messages.find(reference, now).await?;
        let message = message.ok_or_else(Problem::not_found)?;
        let clinic = self.clinic.current();
        self.messages.note_reading(reference, &clinic, now).await?;
        let mails = self.messages.mails(reference, now).await?;
        let mut review = Review::of(&message, &mails, &clinic);
        review.content = Some(Content::of(message));
        Ok(review)
    }

    /// How the message stands after a decision, or why that was not carried out.
    async fn carry_out(
        &self,
        decision: Decision,
        reference: &Reference,
        token: &str,
        now: Timestamp,
    ) -> Result<Review, Problem> {
        let clinic = self.clinic.current();
        let decided = self
            .messages
            .decide(reference, decision, &self.links, &clinic, now)
            .await;
        match decided {
            Ok(Changed::State | Changed::StateAndMails) => {
                tracing::info!(message.reference = %reference, message.decision = ?decision, "staff decided");
            }
            Ok(Changed::Nothing) | Err(DecideError::WrongState) => {}
            Err(error) => return Err(error.into()),
        }
        let mut review = self.standing(reference, now).await?;
        match decided {
            Ok(changed) => {
                review.notice = Some(decision.done(changed));
                Ok(review)
            }
            Err(error) => {
                review.notice = Some(DECIDED_BEFORE);
                Err(Problem::from(error).with_page(review.page(token, &clinic)))
            }
        }
    }

    fn answer(&self, review: &Review, token: &str, accepts: Accepts) -> Response {
        let mut response = match accepts {
            Accepts::Json => Json(review).into_response(),
            Accepts::Html => review.page(token, &self.clinic.current()).into_response(),
        };
        let no_store = HeaderValue::from_static("no-store");
        response
            .headers_mut()
            .insert(header::CACHE_CONTROL, no_store);
        response
    }
}

impl Review {
    fn of(message: &StoredMessage, mails: &[MailProgress], clinic: &Clinic) -> Self {
        Self {
            reference: message.reference.clone(),
            status: message.inbox,
            received_at: clinic.local_time(message.received_at.0),
            topic: message.topic_name(clinic),
            reasons: message.reasons.clone(),
            was_mailed: message.mailed_at.is_some(),
            mails: mails
                .iter()
                .map(|mail| MailView::of(mail, clinic))
                .collect(),
            notice: None,
            content: None,
        }
    }

    fn no_mails(&self) -> &'static str {
        match (self.was_mailed, self.status) {
            (true, _) => "They were queued so long ago that how they fared is not kept any more.",
            (false, Standing::Spam) => "None were sent.",
            (false, _) => "None yet: they go out when it is released.",
        }
    }

    /// The forms lead to the page's own address, so that it can be opened again after a button.
    fn page(&self, token: &str, clinic: &Clinic) -> Page {
        let (heading, since) = match self.status {
            Standing::Received => ("A message that waits for an answer", "Waiting since"),
            Standing::Quarantined => ("A message in quarantine", "Waiting since"),
            Standing::Handled => ("A message that is done", "Received"),
            Standing::Spam => ("A message marked as spam", "Received"),
        };
        let fits = |decision: Decision| decision.fits(self.status, self.was_mailed);
        let button = |action: &str, label: &str, class: Option<&str>| {
            html! {
                form method="post" action={ "review?token=" (token) } {
                    input type="hidden" name="token" value=(token);
                    button name="action" value=(action) class=[class] { (label) }
                }
            }
        };
        Page::new(
            heading,
            &html! {
                @if let Some(notice) = self.notice { p.notice role="status" { (notice) } }
                dl {
                    dt { "Reference" } dd { (self.reference.as_str()) }
                    dt { (since) } dd { (spoken(&self.received_at, clinic)) }
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
                    @if fits(Decision::Release) { (button("release", "Release: it is from a person", None)) }
                    @if fits(Decision::Handled) { (button("handled", "It is done", Some("quiet"))) }
                    @if fits(Decision::Spam) { (button("spam", "It is spam", Some("quiet"))) }
                }
                p.small { "Reading a message and deciding about it is written into the audit trail." }
            },
        )
    }
}

impl Content {
    fn of(message: StoredMessage) -> Self {
        Self {
            name: message.name,
            email: message.email,
            phone: message.phone,
            page: message.page,
            message: message.message,
        }
    }

    fn markup(&self) -> Markup {
        html! {
            dl {
                dt { "From" } dd dir="auto" { (self.name.as_str()) }
                dt { "Email" } dd { a href={ "mailto:" (self.email.as_str()) } { (self.email.as_str()) } }
                @if let Some(phone) = &self.phone { dt { "Phone" } dd { a href=(phone.tel()) { (phone.as_str()) } } }
                // Not a link: in quarantine nobody should open it by mistake.
                @if let Some(page) = &self.page { dt { "Sent from" } dd { (page) } }
            }
            blockquote dir="auto" { (self.message.as_str()) }
        }
    }
}

impl MailView {
    fn of(mail: &MailProgress, clinic: &Clinic) -> Self {
        let last = mail.history.last();
        let failed = mail.state != MailState::Sent;
        Self {
            kind: mail.kind(),
            state: mail.state,
            at: last.map(|event| clinic.local_time(event.at)),
            detail: last.filter(|_| failed).map(|event| event.detail.clone()),
        }
    }

    fn words(&self, clinic: &Clinic) -> String {
        let (who, instead) = match self.kind {
            MailKind::MessageReceipt => (
                "The receipt to the visitor",
                "Their address may be wrong: call them, if they left a number.",
            ),
            MailKind::MessageToStaff => (
                "The mail to staff",
                "Please tell whoever looks after this program.",
            ),
        };
        let at = self.at.as_deref().map(|at| spoken(at, clinic));
        let detail = self.detail.as_deref().unwrap_or("no reason given");
        match (self.state, at) {
            (MailState::Sent, Some(at)) => format!("{who} was sent on {at}"),
            (MailState::Sent, None) => format!("{who} was sent."),
            (MailState::Waiting, Some(at)) => {
                format!("{who} was not taken on {at} ({detail}). It will be tried again.")
            }
            (MailState::Waiting, None) => format!("{who} is on its way."),
            (MailState::Failed, _) => {
                format!("{who} cannot be delivered ({detail}). {instead}")
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
