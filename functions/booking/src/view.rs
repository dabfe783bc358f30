//! `GET /bookings/{reference}?token=…`: the patient's page of a booking.

use axum::{
    extract::{Path, State},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use jiff::{SignedDuration, Timestamp};
use maud::{Markup, html};
use serde::Serialize;
use shared::{
    clinic::Clinic,
    http::{Accepts, Page, Problem, ProblemDocument, Query},
    link::{LinkKeys, Purpose},
    reference::Reference,
};
use utoipa::ToSchema;

use crate::{BookingDesk, booking::Status, bookings::StoredBooking, request::Receipt};

/// A patient's link works until so long after the appointment.
const LINK_OUTLASTS: SignedDuration = SignedDuration::from_hours(24 * 30);

/// Makes and checks the patients' links.
#[derive(Clone)]
pub(crate) struct ManageLinks {
    keys: LinkKeys,
    api_url: String,
}

impl ManageLinks {
    pub(crate) fn new(keys: LinkKeys, api_url: &str) -> Self {
        Self {
            keys,
            api_url: api_url.to_owned(),
        }
    }

    pub(crate) fn of(&self, reference: &Reference, end: Timestamp) -> String {
        let expiry = end.saturating_add(LINK_OUTLASTS).unwrap_or(Timestamp::MAX);
        let token = self
            .keys
            .sign(Purpose::ManageBooking, reference.as_str(), expiry);
        format!("{}/bookings/{reference}?token={token}", self.api_url)
    }

    fn admits(&self, token: &str, reference: &Reference, now: Timestamp) -> bool {
        self.keys
            .verify(token, Purpose::ManageBooking, reference.as_str(), now)
    }
}

/// A booking as its patient sees it.
#[derive(Serialize, ToSchema)]
#[schema(as = Booking)]
struct View {
    reference: Reference,
    status: Status,
    service: String,
    practitioner: String,
    #[schema(format = DateTime)]
    start: String,
    #[schema(format = DateTime)]
    end: String,
}

/// The patient's page of a booking. Unknown, forged, expired and foreign links are answered alike.
#[utoipa::path(
    get, path = "/bookings/{reference}", tag = "booking", operation_id = "showBooking",
    params(("reference" = String, Path, description = "The booking's"), ("token" = String, Query, description = "From the link in the mail")),
    responses(
        (status = 200, description = "The booking as its patient sees it", content((View = "application/json"), (String = "text/html"))),
        (status = "default", response = ProblemDocument),
    ),
)]
pub(crate) async fn view(
    State(desk): State<BookingDesk>,
    Path(reference): Path<String>,
    accepts: Accepts,
    Query(query): Query,
) -> Result<Response, Problem> {
    let clinic = desk.clinic.current();
    let now = desk.clock.now();
    let reference = Reference::parse_booking(&reference).ok_or_else(Problem::not_found)?;
    let token = query.peek("token").unwrap_or_default();
    if !desk.links.admits(token, &reference, now) {
        return Err(Problem::not_found());
    }
    let booking = desk.bookings.find(&reference, now).await?;
    let view = View::of(booking.ok_or_else(Problem::not_found)?, &clinic);
    let mut response = match accepts {
        Accepts::Json => axum::Json(&view).into_response(),
        Accepts::Html => view.page(&clinic).into_response(),
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

impl View {
    fn of(booking: StoredBooking, clinic: &Clinic) -> Self {
        let local = |stored: String| match stored.parse() {
            Ok(moment) => clinic.local_time(moment),
            Err(_) => stored,
        };
        Self {
            reference: booking.reference,
            status: booking.status,
            service: booking.service,
            practitioner: booking.practitioner,
            start: local(booking.start),
            end: local(booking.end),
        }
    }

    fn page(&self, clinic: &Clinic) -> Page {
        let title = match self.status {
            Status::Requested => "Your request for an appointment",
            Status::Confirmed => "Your appointment",
        };
        let facts = facts(
            &self.reference,
            &self.service,
            &self.practitioner,
            &self.start,
            clinic,
        );
        Page::new(
            title,
            &html! { (standing(self.status)) (facts) (change(clinic)) },
        )
    }
}

/// What a browser without script is shown after a request.
pub(crate) fn confirmation(receipt: &Receipt, clinic: &Clinic) -> Page {
    let title = match receipt.status {
        Status::Requested => "Thank you: we have your request",
        Status::Confirmed => "Thank you: you have an appointment",
    };
    let facts = facts(
        &receipt.reference,
        &receipt.service,
        &receipt.practitioner,
        &receipt.start,
        clinic,
    );
    Page::new(
        title,
        &html! {
            (standing(receipt.status))
            (facts)
            p { a href=(receipt.manage_url) { "Your page of this appointment" } }
            (change(clinic))
        },
    )
}

fn standing(status: Status) -> Markup {
    match status {
        Status::Requested => html! {
            p { "The time is held for you. We will write to you as soon as we have confirmed it." }
        },
        Status::Confirmed => html! { p { "The appointment is confirmed." } },
    }
}

fn facts(
    reference: &Reference,
    service: &str,
    practitioner: &str,
    start: &str,
    clinic: &Clinic,
) -> Markup {
    let service = clinic
        .service(service)
        .map_or(service, |service| service.name.as_str());
    let person = clinic
        .practitioner(practitioner)
        .map_or(practitioner, |person| person.name.as_str());
    let when = start
        .parse()
        .map_or_else(|_| start.to_owned(), |moment| clinic.spoken_time(moment));
    html! {
        dl {
            dt { "When" } dd { (when) }
            dt { "What" } dd { (service) }
            dt { "With" } dd { (person) }
            dt { "Where" } dd { (clinic.name) ", " (clinic.address) }
            dt { "Reference" } dd { (reference.as_str()) }
        }
    }
}

fn change(clinic: &Clinic) -> Markup {
    html! {
        p { "To change or cancel it, call us: " a href=(clinic.phone.tel()) { (clinic.phone.as_str()) } "." }
        p { a href=(clinic.website) { "Back to " (clinic.name) } }
    }
}
