//! `POST /bookings/{reference}/decision`: staff confirm a request, decline it, or propose other times.

use axum::{
    extract::{Path, State},
    response::Response,
};
use jiff::Timestamp;
use shared::{
    http::{Accepts, Fields, Form, Problem, ProblemDocument, Rejected},
    link::Purpose,
    values::{Code, FreeText, Invalid},
};
use utoipa::ToSchema;

use super::opened::Reader;
use crate::{
    BookingDesk,
    booking::{Booking, Event, Proposal, start},
    context::Context,
    pages::booking::View,
    time::FreeStart,
};

/// The longest note to a patient, in characters.
const NOTE_LIMIT: usize = 500;
/// How many times staff can propose.
const MOST_PROPOSALS: usize = 5;

#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "forms are read field by field, so that all mistakes are named at once"
)]
struct DecisionForm {
    /// From the link in staff's mail.
    token: String,
    /// One of `confirm`, `decline` and `propose`.
    decision: String,
    /// A few words to the patient, with `decline` or `propose`.
    #[schema(max_length = 500)]
    note: Option<String>,
    /// With `propose`: free starts. A form sends them as `starts.1`, `starts.2` …
    #[schema(min_items = 1, max_items = 5)]
    starts: Option<Vec<String>>,
}

#[derive(Clone, Copy)]
enum Decision {
    Confirm,
    Decline,
    Propose,
}

impl Decision {
    fn parse(text: &str) -> Result<Self, Invalid> {
        match text {
            "confirm" => Ok(Self::Confirm),
            "decline" => Ok(Self::Decline),
            "propose" => Ok(Self::Propose),
            _ => Err(Invalid::new(
                Code::NotAllowed,
                "Choose one of: confirm, decline, propose",
            )),
        }
    }

    fn done(self) -> &'static str {
        match self {
            Self::Confirm => "It is confirmed.",
            Self::Decline => "It is declined, and its time is free again.",
            Self::Propose => "These times are proposed to the patient.",
        }
    }
}

/// Carries staff's decision out and tells the patient.
#[utoipa::path(
    post, path = "/bookings/{reference}/decision", tag = "booking", operation_id = "decideBooking",
    params(("reference" = String, Path, description = "The booking's reference")),
    request_body(content((DecisionForm = "application/json"), (DecisionForm = "application/x-www-form-urlencoded"), (DecisionForm = "multipart/form-data"))),
    responses(
        (status = 200, description = "The booking as it is then", content((View = "application/json"), (String = "text/html"))),
        (status = "default", response = ProblemDocument),
    ),
)]
pub(crate) async fn decide(
    State(desk): State<BookingDesk>,
    Path(reference): Path<String>,
    accepts: Accepts,
    fields: Fields,
) -> Result<Response, Problem> {
    let context = desk.context().await?;
    let mut form = fields.form();
    let token = form.required("token", |token| Ok(token.to_owned()));
    let token = token.unwrap_or_default();
    let decision = form.required("decision", Decision::parse);
    let note = form.optional("note", |text| FreeText::parse(text, NOTE_LIMIT));
    let starts = starts(&mut form, decision);
    let opened = desk.opened(Purpose::DecideBooking, &reference, &token, &context);
    let booking = opened.await?;
    form.finish()?;
    let (decision, note) = (decision?, note?);
    let event = match decision {
        Decision::Confirm => Event::Confirm,
        Decision::Decline => Event::Decline { note },
        Decision::Propose => Event::Propose {
            starts: desk.proposals(&booking, starts?, &context).await?,
            note,
        },
    };
    let reader = Reader::Staff { token: &token };
    let decided = desk.bookings.carry_out(booking, &event, &context).await;
    let booking = decided.map_err(|error| reader.problem(error, &context))?;
    tracing::info!(booking.reference = %booking.reference, booking.status = ?booking.status, "staff decided");
    Ok(reader.answer(&booking, Some(decision.done()), accepts, &context))
}

/// The starts that are proposed, in order.
fn starts(
    form: &mut Form<'_>,
    decision: Result<Decision, Rejected>,
) -> Result<Vec<Timestamp>, Rejected> {
    let texts = form.list("starts")?;
    let parsed: Result<Vec<Timestamp>, Invalid> = texts.iter().map(|text| start(text)).collect();
    let mut starts = match parsed {
        Ok(starts) => starts,
        Err(invalid) => return form.reject("starts", invalid),
    };
    starts.sort_unstable();
    starts.dedup();
    let proposes = matches!(decision, Ok(Decision::Propose));
    let wrong = match starts.len() {
        0 if proposes => Some((Code::Required, "Choose at least one time")),
        1.. if !proposes => Some((Code::NotAllowed, "Times go with the decision to propose")),
        count if count > MOST_PROPOSALS => Some((Code::TooLong, "Propose five times at most")),
        _ => None,
    };
    match wrong {
        Some((code, message)) => form.reject("starts", Invalid::new(code, message)),
        None => Ok(starts),
    }
}

impl BookingDesk {
    /// What is proposed: each start has to be free.
    async fn proposals(
        &self,
        booking: &Booking,
        starts: Vec<Timestamp>,
        context: &Context<'_>,
    ) -> Result<Vec<Proposal>, Problem> {
        let before = booking.proposed.iter().map(|proposal| proposal.start);
        if before.eq(starts.iter().copied()) {
            // The same decision again, whatever is free by now.
            return Ok(booking.proposed.clone());
        }
        let mut proposals = Vec::new();
        for start in starts {
            let date = context.clinic.local_date(start);
            let days = self.times_for(booking, date, date, context).await?;
            let mut free = days.into_values().flatten();
            let free = free.find(|free| free.start.moment() == start);
            let Some(free) = free else {
                let message = "One of these times is no longer free: choose again";
                return Err(
                    vec![("starts".into(), Invalid::new(Code::NotAllowed, message))].into(),
                );
            };
            proposals.push(proposal(free, booking));
        }
        Ok(proposals)
    }
}

/// With their own practitioner if they are free, else with anybody who is.
fn proposal(free: FreeStart, booking: &Booking) -> Proposal {
    let own = &booking.claim.practitioner;
    Proposal {
        start: free.start.moment(),
        end: free.end.moment(),
        practitioners: if free.practitioners.contains(own) {
            vec![own.clone()]
        } else {
            free.practitioners
        },
    }
}
