//! `POST /bookings/{reference}/decision`: staff confirm a request, decline it, or propose other times.

use axum::{
    extract::{Path, State},
    response::{IntoResponse as _, Response},
};
use jiff::Timestamp;
use shared::{
    described_form,
    forms::{Sheet, TOKEN_OF_LINK},
    http::{Accepts, Fields, Form, Problem, ProblemDocument, Rejected},
    link::Purpose,
    values::{Code, FreeText, Invalid},
};

use super::opened::{Reader, done};
use crate::{
    BookingDesk,
    booking::fields::{DECISION, MOST_STARTS, NOTE, REVISION, STARTS},
    booking::{Booking, Event, Look, Proposal, StaffAnswer, start},
    context::Context,
    pages::{Done, answers::ticked, booking::View, steps::CHANGE},
    time::FreeStart,
};

described_form!(
    DecisionForm,
    [TOKEN_OF_LINK, DECISION, REVISION, NOTE, STARTS],
    "What the forms of a decision send."
);

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

    fn done(self) -> Done {
        match self {
            Self::Confirm => Done::Confirmed,
            Self::Decline => Done::Declined,
            Self::Propose => Done::Proposed,
        }
    }
}

/// Carries staff's decision out and tells the patient.
#[utoipa::path(
    post, path = "/bookings/{reference}/decision", tag = "booking", operation_id = "decideBooking",
    params(("reference" = String, Path, description = "The booking's reference")),
    request_body(content((DecisionForm = "application/json"), (DecisionForm = "application/x-www-form-urlencoded"), (DecisionForm = "multipart/form-data"))),
    responses(
        (status = 200, description = "The booking as it is then", body = View),
        (status = 303, description = "To the booking's page, for a browser's form"),
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
    let look = fields.peek(CHANGE).filter(|_| accepts == Accepts::Html);
    if let Some(look) = look.map(Look::at) {
        return desk.looked(&reference, &fields, look, &context).await;
    }
    let mut form = fields.form();
    let token = form.required(TOKEN_OF_LINK.name, |token| Ok(token.to_owned()));
    let token = token.unwrap_or_default();
    let decision = form.required(DECISION.name, Decision::parse);
    let seen = form.optional(REVISION.name, revision);
    let note = form.optional(NOTE.name, |text| FreeText::parse(text, NOTE.limit()));
    let note = match (decision, note) {
        (Ok(Decision::Confirm), Ok(Some(_))) => {
            let message = "A message goes with declining or proposing";
            form.reject("note", Invalid::new(Code::NotAllowed, message))
        }
        (_, note) => note,
    };
    let starts = starts(&mut form, decision);
    let opened = desk.opened(Purpose::DecideBooking, &reference, &token, &context);
    let booking = opened.await?;
    let reader = Reader::Staff { token: &token };
    let asked = Asked {
        booking: &booking,
        decision: decision.ok(),
        token: &token,
        fields: &fields,
    };
    if let Err(problem) = form.finish() {
        return Err(desk.asked_again(problem, asked, &context).await);
    }
    let (decision, note, seen) = (decision?, note?, seen?);
    let answer = match decision {
        Decision::Confirm => StaffAnswer::Confirm,
        Decision::Decline => StaffAnswer::Decline { note },
        Decision::Propose => match desk.proposals(&booking, starts?, &context).await {
            Ok(starts) => StaffAnswer::Propose { starts, note },
            Err(problem) => return Err(desk.asked_again(problem, asked, &context).await),
        },
    };
    let event = Event::Answer { answer, seen };
    let booking = match desk.happen(booking, &event, &context).await {
        Ok(booking) => booking,
        Err(error) => return Err(desk.problem(reader, error, &context).await),
    };
    tracing::info!(booking.reference = %booking.reference, booking.status = ?booking.status, "staff decided");
    Ok(done(decision.done(), reader, &booking, accepts, &context))
}

fn revision(text: &str) -> Result<u32, Invalid> {
    let message = "Send the revision that you saw, as a number";
    text.parse()
        .map_err(|_| Invalid::new(Code::Invalid, message))
}

/// What staff have sent, to be shown again with its mistakes.
struct Asked<'a> {
    booking: &'a Booking,
    decision: Option<Decision>,
    token: &'a str,
    fields: &'a Fields,
}

/// The starts that are proposed, in order.
fn starts(
    form: &mut Form<'_>,
    decision: Result<Decision, Rejected>,
) -> Result<Vec<Timestamp>, Rejected> {
    let texts = form.list(STARTS.name)?;
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
        count if count > MOST_STARTS => Some((Code::TooLong, "Propose five times at most")),
        _ => None,
    };
    match wrong {
        Some((code, message)) => form.reject("starts", Invalid::new(code, message)),
        None => Ok(starts),
    }
}

impl BookingDesk {
    /// The page on which staff propose times, at another month or day. What they have filled in goes along.
    async fn looked(
        &self,
        reference: &str,
        fields: &Fields,
        look: Look,
        context: &Context<'_>,
    ) -> Result<Response, Problem> {
        let token = fields.peek(TOKEN_OF_LINK.name).unwrap_or_default();
        let opened = self.opened(Purpose::DecideBooking, reference, token, context);
        let booking = opened.await?;
        let considered = self.considered(&booking, context).await?;
        if !considered.offers("propose") {
            return Ok(considered
                .page(token, None, &context.clinic)
                .into_response());
        }
        let times = self.times_to_choose(&booking, look, context).await?;
        let sheet = Sheet {
            fields,
            problem: None,
        };
        let page = considered.propose(&times, token, &sheet, context);
        Ok(page.into_response())
    }

    /// The problem with the form that it is about, as it was filled in.
    async fn asked_again(
        &self,
        problem: Problem,
        asked: Asked<'_>,
        context: &Context<'_>,
    ) -> Problem {
        let clinic = &context.clinic;
        let Asked {
            booking,
            decision,
            token,
            fields,
        } = asked;
        let sheet = Sheet {
            fields,
            problem: Some(&problem),
        };
        let Ok(considered) = self.considered(booking, context).await else {
            return problem;
        };
        let page = match decision {
            Some(Decision::Decline) => considered.decline(token, &sheet, clinic),
            Some(Decision::Propose) => {
                let first = ticked(fields)
                    .first()
                    .map(|start| clinic.local_date(*start));
                let look = first.map_or_else(Look::default, Look::on);
                let Ok(times) = self.times_to_choose(booking, look, context).await else {
                    return problem;
                };
                considered.propose(&times, token, &sheet, context)
            }
            Some(Decision::Confirm) | None => return problem,
        };
        problem.with_page(page)
    }

    /// What is proposed: each start has to be free. None for a booking that cannot be answered any more, which is refused
    /// for that.
    async fn proposals(
        &self,
        booking: &Booking,
        starts: Vec<Timestamp>,
        context: &Context<'_>,
    ) -> Result<Vec<Proposal>, Problem> {
        if booking
            .can_answer(None, &context.clinic, context.now)
            .is_err()
        {
            return Ok(Vec::new());
        }
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
            let Some(free) = free.find(|free| free.start.moment() == start) else {
                let message = "One of these times is no longer free: choose again";
                let invalid = Invalid::new(Code::NotAllowed, message);
                return Err(vec![("starts".into(), invalid)].into());
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
