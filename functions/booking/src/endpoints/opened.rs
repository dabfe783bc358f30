//! What the routes have in common that a link leads to: the booking that it opens, the answers about it, and why
//! something did not happen to it.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use shared::{
    clinic::Clinic,
    http::{Accepts, FieldError, Page, Problem},
    link::Purpose,
    telemetry::Causes,
    values::Code,
};

use crate::{
    BookingDesk,
    booking::{Barred, Booking},
    context::Context,
    links::still_lead_to,
    pages::{Here, booking::View, decision::Considered, lost},
    store::CarryOutError,
};

/// Who has opened a link, and so what they see.
#[derive(Clone, Copy, Debug)]
pub(super) enum Reader<'a> {
    Patient { token: &'a str, here: Here },
    Staff { token: &'a str },
}

impl BookingDesk {
    /// The booking that a link leads to, for a page inside the booking's address.
    ///
    /// # Errors
    /// 404, alike for unknown, forged, expired and foreign links.
    pub(super) async fn opened(
        &self,
        purpose: Purpose,
        reference: &str,
        token: &str,
        context: &Context<'_>,
    ) -> Result<Booking, Problem> {
        self.opened_at(Here::Inside, purpose, reference, token, context)
            .await
    }

    /// The same, for a page that is there.
    ///
    /// # Errors
    /// 404, alike for unknown, forged, expired and foreign links.
    pub(super) async fn opened_at(
        &self,
        here: Here,
        purpose: Purpose,
        reference: &str,
        token: &str,
        context: &Context<'_>,
    ) -> Result<Booking, Problem> {
        let page = || match purpose {
            Purpose::DecideBooking => lost::staffs_link(&context.clinic),
            _ => lost::patients_link(here, &context.clinic),
        };
        let nowhere = || Problem::not_found().with_page(page());
        let Some(reference) = self.links.verify(purpose, reference, token) else {
            return Err(nowhere());
        };
        let found = self.bookings.find(&reference, context.now).await?;
        let found = found.filter(|booking| still_lead_to(booking, context.now));
        found.ok_or_else(nowhere)
    }
}

impl<'a> Reader<'a> {
    /// The patient, who has pressed a button on a page inside the booking's address.
    pub(super) fn inside(token: &'a str) -> Self {
        let here = Here::Inside;
        Self::Patient { token, here }
    }

    /// The booking as the reader sees it, which no cache keeps. `notice` is what has just happened.
    pub(super) fn answer(
        self,
        booking: &Booking,
        notice: Option<&str>,
        accepts: Accepts,
        context: &Context<'_>,
    ) -> Response {
        match accepts {
            Accepts::Html => self.page(booking, notice, context).into_response(),
            Accepts::Json => json(&View::of(booking, context)),
        }
    }

    fn page(self, booking: &Booking, notice: Option<&str>, context: &Context<'_>) -> Page {
        match self {
            Self::Patient { token, here } => {
                View::of(booking, context).page(token, here, notice, &context.clinic)
            }
            Self::Staff { token } => {
                let considered = Considered::of(booking, Vec::new(), context);
                considered.page(token, notice, &context.clinic)
            }
        }
    }

    /// Why something did not happen, with the page of the booking as it is.
    pub(super) fn problem(self, error: CarryOutError, context: &Context<'_>) -> Problem {
        let clinic = &context.clinic;
        let (problem, booking) = match error {
            CarryOutError::NotFound => return Problem::not_found(),
            CarryOutError::Unavailable(_) => {
                tracing::error!(error = %Causes(&error), "what happened to a booking was not stored");
                return Problem::unavailable();
            }
            CarryOutError::SlotTaken(booking) => (taken(), booking),
            CarryOutError::Barred { why, booking } => {
                (barred(why, &booking, clinic, context), booking)
            }
        };
        self.with_page(problem, &booking, context)
    }

    /// The problem with the page of the booking as it is.
    pub(super) fn with_page(
        self,
        problem: Problem,
        booking: &Booking,
        context: &Context<'_>,
    ) -> Problem {
        let notice = problem.sentence();
        problem.with_page(self.page(booking, Some(&notice), context))
    }
}

pub(super) fn json(answer: &impl serde::Serialize) -> Response {
    let no_store = [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    (no_store, Json(answer)).into_response()
}

pub(super) fn taken() -> Problem {
    Problem::new(
        StatusCode::CONFLICT,
        "slot_taken",
        "Somebody has just taken this time",
    )
    .with_detail("Nothing has changed: please choose another time.")
}

fn barred(why: Barred, booking: &Booking, clinic: &Clinic, context: &Context<'_>) -> Problem {
    let phone = clinic.phone().as_str();
    match why {
        Barred::WrongState => {
            let title = "This does not fit what happened to the booking before";
            Problem::new(StatusCode::CONFLICT, "wrong_state", title)
                .with_member("booking_status", booking.standing(context.now))
        }
        Barred::TooLate => Problem::unprocessable("too_late", "It is too late to do this online")
            .with_detail(format!("Please call {phone}.")),
        Barred::TooSoon => Problem::unprocessable("too_soon", "The visit has not begun")
            .with_detail("Note that a patient did not come once the visit has begun."),
        Barred::NotProposed => Problem::invalid(vec![FieldError {
            field: "start".into(),
            code: Code::NotAllowed,
            message: "Choose one of the times that were proposed".to_owned(),
        }]),
    }
}
