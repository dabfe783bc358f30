//! What the routes have in common that a link leads to: the booking or entry that it opens, the answers about it, and why
//! something did not happen to it.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Redirect, Response},
};
use shared::{
    http::{Accepts, FieldError, Problem},
    link::Purpose,
    pages::Page,
    telemetry::Causes,
    values::Code,
};

use super::refused::taken;
use crate::{
    BookingDesk,
    booking::{Barred, Booking, Event},
    context::Context,
    links::still_lead_to,
    pages::{
        Done, Here,
        booking::View,
        decision::{Considered, Presence},
        lost,
    },
    store::CarryOutError,
    waitlist::Entry,
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

    /// Like [`Self::opened`], for a page at the address `here`.
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

    /// The entry that a link leads to.
    ///
    /// # Errors
    /// 404, alike for unknown, forged, expired and foreign links.
    pub(super) async fn entry(
        &self,
        reference: &str,
        token: &str,
        context: &Context<'_>,
    ) -> Result<Entry, Problem> {
        let purpose = Purpose::ManageWaitlist;
        let nowhere = || Problem::not_found().with_page(lost::waitlist_link(&context.clinic));
        let Some(reference) = self.links.verify(purpose, reference, token) else {
            return Err(nowhere());
        };
        let found = self.bookings.find_entry(&reference, context.now).await?;
        found.ok_or_else(nowhere)
    }
}

impl BookingDesk {
    /// Carries out what happens to a booking, and offers the time that it frees to the waiting list.
    pub(super) async fn happen(
        &self,
        booking: Booking,
        event: &Event,
        context: &Context<'_>,
    ) -> Result<Booking, CarryOutError> {
        let before = booking.clone();
        let after = self.bookings.carry_out(booking, event, context).await?;
        self.offer_freed(&before, &after, context).await;
        Ok(after)
    }

    /// Offers the time that a booking has freed to the waiting list. If that fails, the sweep does it.
    pub(super) async fn offer_freed(
        &self,
        before: &Booking,
        after: &Booking,
        context: &Context<'_>,
    ) {
        let has_freed = before.claim != after.claim || !after.status.is_live();
        if !has_freed || before.revision == after.revision {
            return;
        }
        if let Err(error) = self.bookings.offer_at_once(after, context).await {
            tracing::warn!(error = %Causes(&error), "left free time to the sweep");
        }
    }
}

impl<'a> Reader<'a> {
    /// The patient, who has pressed a button on a page inside the booking's address.
    pub(super) fn inside(token: &'a str) -> Self {
        let here = Here::Inside;
        Self::Patient { token, here }
    }
}

impl BookingDesk {
    /// The booking as the reader sees it, which no cache keeps. `notice` is what has just happened.
    pub(super) async fn answer(
        &self,
        reader: Reader<'_>,
        booking: &Booking,
        notice: Option<&str>,
        accepts: Accepts,
        context: &Context<'_>,
    ) -> Response {
        match accepts {
            Accepts::Html => {
                let page = self.page_for(reader, booking, notice, context);
                page.await.into_response()
            }
            Accepts::Json => json(&View::of(booking, context)),
        }
    }

    async fn page_for(
        &self,
        reader: Reader<'_>,
        booking: &Booking,
        notice: Option<&str>,
        context: &Context<'_>,
    ) -> Page {
        let clinic = &context.clinic;
        match reader {
            Reader::Patient { token, here } => {
                View::of(booking, context).page(token, here, notice, clinic)
            }
            Reader::Staff { token } => {
                let considered = self.considered(booking, context).await;
                // Staff have to read what has just happened, even if the rest of the day cannot be read.
                let alone = |_| Considered::of(booking, (Vec::new(), Presence::There), context);
                considered.unwrap_or_else(alone).page(token, notice, clinic)
            }
        }
    }

    /// Why something did not happen, with the page of the booking as it is.
    pub(super) async fn problem(
        &self,
        reader: Reader<'_>,
        error: CarryOutError,
        context: &Context<'_>,
    ) -> Problem {
        let clinic = &context.clinic;
        let (problem, booking) = match error {
            CarryOutError::NotFound => return Problem::not_found(),
            CarryOutError::Unavailable(_) => {
                tracing::error!(error = %Causes(&error), "what happened to a booking was not stored");
                return Problem::unavailable();
            }
            CarryOutError::TooMany { seconds } => {
                let phone = clinic.phone().as_str();
                let title = "This appointment was moved very often today";
                return Problem::too_many_requests(title, seconds)
                    .with_detail(format!("Please call {phone}."));
            }
            CarryOutError::SlotTaken { booking, .. } => (taken(), booking),
            CarryOutError::Barred { why, booking } => {
                (barred(why, reader, &booking, context), booking)
            }
        };
        self.with_page(problem, reader, &booking, context).await
    }

    /// The problem with the page of the booking as it is.
    pub(super) async fn with_page(
        &self,
        problem: Problem,
        reader: Reader<'_>,
        booking: &Booking,
        context: &Context<'_>,
    ) -> Problem {
        let notice = problem.sentence();
        let page = self.page_for(reader, booking, Some(&notice), context);
        problem.with_page(page.await)
    }
}

/// The answer to what was done to a booking: in JSON as it is then, and a browser's form leads to the reader's page.
pub(super) fn done(
    done: Done,
    reader: Reader<'_>,
    booking: &Booking,
    accepts: Accepts,
    context: &Context<'_>,
) -> Response {
    if accepts == Accepts::Json {
        return json(&View::of(booking, context));
    }
    let (page, token) = match reader {
        Reader::Patient { token, .. } => ("", token),
        Reader::Staff { token } => ("/decision", token),
    };
    let (reference, done) = (&booking.reference, done.name());
    let page = format!("/bookings/{reference}{page}?token={token}&done={done}");
    let no_store = [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    (no_store, Redirect::to(&page)).into_response()
}

pub(super) fn json(answer: &impl serde::Serialize) -> Response {
    let no_store = [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    (no_store, Json(answer)).into_response()
}

fn barred(why: Barred, reader: Reader<'_>, booking: &Booking, context: &Context<'_>) -> Problem {
    match why {
        Barred::WrongState => {
            let title = "This has changed in the meantime";
            Problem::new(StatusCode::CONFLICT, "wrong_state", title)
                .with_detail("What you pressed had no effect. This is how it stands now.")
                .with_member("booking_status", booking.standing(context.now))
        }
        Barred::TooLate => {
            let title = "It is too late to do this online";
            let detail = match reader {
                Reader::Staff { .. } => "The appointment has already started.".to_owned(),
                Reader::Patient { .. } => {
                    format!("Please call {}.", context.clinic.phone().as_str())
                }
            };
            Problem::unprocessable("too_late", title).with_detail(detail)
        }
        Barred::TooSoon => {
            Problem::unprocessable("too_soon", "The appointment has not started yet")
                .with_detail("You can record a no-show only after it has started.")
        }
        Barred::NotProposed => Problem::invalid(vec![FieldError {
            field: "start".into(),
            code: Code::NotAllowed,
            message: "Choose one of the times that were proposed".to_owned(),
        }]),
    }
}
