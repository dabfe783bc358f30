//! `POST /contact`.

use axum::{
    extract::State,
    http::{HeaderMap, header},
    response::Response,
};
use shared::{
    clinic::{Clinic, ProofOfWork},
    described_form,
    forms::contact::{CONTACT, EMAIL},
    guard::{
        Admission, Answer, Attempt, HONEYPOT, IdempotencyKey, Once, Person, Sender, proof::Proof,
    },
    http::{Accepts, ClientAddress, Fields, Problem, ProblemDocument},
    telemetry::Causes,
};

use super::thank;
use crate::{
    ContactDesk,
    context::Context,
    message::{
        Acknowledgement, Message, NOT_CONTENT,
        screen::{Circumstances, judge},
    },
    next::{is_own, next, origins},
    pages::{self, thanks::By},
    store::ReceiveError,
};

described_form!(
    pub(crate) ContactForm,
    CONTACT,
    "What a form sends. Any other field is refused."
);

/// Takes a message in. A browser that is refused gets its form again.
#[utoipa::path(
    post, path = "/contact", tag = "contact", operation_id = "submitContact",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body get the same answer for 24 hours; without one, the same body does for ten minutes")),
    request_body(content((ContactForm = "application/json"), (ContactForm = "application/x-www-form-urlencoded"), (ContactForm = "multipart/form-data"))),
    responses(
        (status = 201, description = "Stored; the same for a message in quarantine", content((Acknowledgement = "application/json"), (String = "text/html"))),
        (status = 303, description = "For a browser's form: to `_next`, if that is allowed, or to a page that thanks"),
        (status = "default", response = ProblemDocument),
    ),
)]
pub(crate) async fn submit(
    State(desk): State<ContactDesk>,
    accepts: Accepts,
    address: ClientAddress,
    key: IdempotencyKey,
    headers: HeaderMap,
    fields: Fields,
) -> Result<Response, Problem> {
    let context = desk.context().await?;
    let sender = Sender::of(address, &desk.keys, &context.clinic, context.now);
    let browser = Browser::of(&headers);
    let received = desk.receive(&fields, &key, sender, browser, &context);
    let received = received.await;
    let answer = received.map_err(|problem| match accepts {
        Accepts::Html => desk.form_again(&fields, problem, &context),
        Accepts::Json => problem,
    })?;
    let by = if fields.is_blank(EMAIL.name) {
        By::Phone
    } else {
        By::Mail
    };
    let reference = &answer.content.reference;
    let next = next(&fields, &origins(&context.clinic, &desk.api_url));
    let next = next.or_else(|| thank::address(reference, by));
    if let (Accepts::Html, Some(next)) = (accepts, next) {
        return Ok(answer.see_other(next));
    }
    let page = |_: &_| pages::thanks::page(reference, by, &context.clinic);
    Ok(answer.created(accepts, page))
}

/// What a browser says of where it is.
#[derive(Clone, Copy)]
struct Browser<'a> {
    host: &'a str,
    /// Where the page with the form is from. Programs have none, and some browsers keep it to themselves.
    origin: Option<&'a str>,
}

impl<'a> Browser<'a> {
    fn of(headers: &'a HeaderMap) -> Self {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        Self {
            host: text(header::HOST).unwrap_or_default(),
            origin: text(header::ORIGIN).filter(|origin| *origin != "null"),
        }
    }
}

impl ContactDesk {
    /// Reads, judges and stores the message.
    async fn receive(
        &self,
        fields: &Fields,
        key: &IdempotencyKey,
        sender: Sender,
        browser: Browser<'_>,
        context: &Context<'_>,
    ) -> Result<Answer<Acknowledgement>, Problem> {
        let attempt = Attempt::of("POST /contact", key, fields, &NOT_CONTENT, &sender);
        let message = Message::parse(fields, &context.clinic, context.now);
        let (attempt, message) = both(attempt, message)?;
        let how = self.circumstances(fields, &message, browser, context);
        let admission = self.admission(fields, &message, how, (attempt, sender), context);
        let received = self.messages.receive(message, admission, context).await;
        received.map_err(|error| problem(error, &context.clinic))
    }

    /// What decides about the message, besides what only the store knows.
    fn admission(
        &self,
        fields: &Fields,
        message: &Message,
        how: Circumstances,
        (attempt, sender): (Attempt, Sender),
        context: &Context<'_>,
    ) -> Admission {
        let clinic = &context.clinic;
        let (email, phone) = (message.email.as_ref(), message.phone.as_ref());
        let person = Person::of(email, phone, &self.keys, clinic, context.now);
        let mails = self.messages.outbox.table();
        Admission {
            attempt,
            sender,
            verdict: judge(message, &how, clinic.contact().screening),
            limits: clinic.contact().limits,
            once: self.once(fields, how.proof, clinic),
            soft_counts: person.mails(mails, clinic.persons().mails_per_day),
            hard_counts: Vec::new(),
            table: self.messages.table.clone(),
        }
    }

    fn circumstances(
        &self,
        fields: &Fields,
        message: &Message,
        browser: Browser<'_>,
        context: &Context<'_>,
    ) -> Circumstances {
        let asked = context.clinic.contact().screening.proof_of_work;
        let proof = self.proofs.given(fields, asked, context.now);
        let origins = origins(&context.clinic, &self.api_url);
        let pages = [message.page.as_deref(), browser.origin];
        let foreign = |page: &str| !is_own(page, &origins, browser.host);
        Circumstances {
            hidden_field: !fields.is_blank(HONEYPOT),
            opened: self.tokens.opened(fields, context.now),
            proof,
            foreign_page: pages.into_iter().flatten().any(foreign),
        }
    }

    /// What the message uses up: its proof of work or, where the clinic requires one, the token that stands in for
    /// it.
    fn once(&self, fields: &Fields, proof: Proof, clinic: &Clinic) -> Option<Once> {
        let required = ProofOfWork::RequiredWithoutToken;
        match proof {
            Proof::Good(solved) => Some(solved.into()),
            _ if clinic.contact().screening.proof_of_work == required => self.tokens.once(fields),
            _ => None,
        }
    }

    /// The problem, shown to a browser as the form with what was typed.
    fn form_again(&self, fields: &Fields, problem: Problem, context: &Context<'_>) -> Problem {
        let token = self.tokens.again(fields, context.now);
        let page = pages::form::again(&context.clinic, fields, &problem, &token);
        let origins = origins(&context.clinic, &self.api_url);
        problem.with_page(page.leading_to(&origins))
    }
}

/// Both, or the problems of both.
fn both<A, B>(one: Result<A, Problem>, other: Result<B, Problem>) -> Result<(A, B), Problem> {
    match (one, other) {
        (Ok(one), Ok(other)) => Ok((one, other)),
        (Err(one), Err(other)) => Err(one.and(other)),
        (Err(problem), Ok(_)) | (Ok(_), Err(problem)) => Err(problem),
    }
}

fn problem(error: ReceiveError, clinic: &Clinic) -> Problem {
    match error {
        ReceiveError::Replay(replay) => replay.into(),
        ReceiveError::TooMany { seconds } => {
            let title = "Too many messages came from your network";
            let phone = clinic.phone().as_str();
            Problem::too_many_requests(title, seconds)
                .with_detail(format!("Try again later, or call {phone}."))
        }
        ReceiveError::Unavailable(_) => {
            tracing::error!(error = %Causes(&error), "a contact message was not stored");
            Problem::unavailable()
        }
    }
}
