//! Staff's page of a booking, in JSON and HTML.

use axum::{
    Json,
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use maud::{Markup, html};
use serde::Serialize;
use shared::{
    clinic::Clinic,
    guard::Reason,
    http::{Accepts, Page},
    local_time::LocalTime,
    reference::Reference,
    values::{FreeText, PractitionerId, ServiceId},
};
use utoipa::ToSchema;

use super::booking::facts;
use crate::booking::{Booking, Patient, Status};

/// A booking as staff see it.
#[derive(Serialize, ToSchema)]
#[schema(as = ConsideredBooking)]
pub(crate) struct Considered {
    reference: Reference,
    status: Status,
    #[schema(value_type = String)]
    service: ServiceId,
    #[schema(value_type = String)]
    practitioner: PractitionerId,
    #[schema(value_type = String, format = DateTime)]
    start: LocalTime,
    #[schema(value_type = String, format = DateTime)]
    end: LocalTime,
    /// Whether the patient wrote why they come. A POST shows it.
    has_reason: bool,
    /// Why it waits for an answer although its service needs none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suspicions: Vec<Reason>,
    /// Only on the page that a POST answers with.
    #[serde(skip)]
    patient: Option<(Patient, Option<FreeText>)>,
}

impl Considered {
    pub(crate) fn of(booking: &Booking, clinic: &Clinic) -> Self {
        Self {
            reference: booking.reference.clone(),
            status: booking.status,
            service: booking.service.clone(),
            practitioner: booking.claim.practitioner.clone(),
            start: clinic.local_time(booking.claim.start()),
            end: clinic.local_time(booking.claim.end()),
            has_reason: booking.reason.is_some(),
            suspicions: booking.suspicions.clone(),
            patient: None,
        }
    }

    pub(crate) fn with_patient(mut self, booking: Booking) -> Self {
        self.patient = Some((booking.patient, booking.reason));
        self
    }

    /// As JSON or as a page, which no cache keeps.
    pub(crate) fn answer(&self, accepts: Accepts, token: &str, clinic: &Clinic) -> Response {
        let mut response = match accepts {
            Accepts::Json => Json(self).into_response(),
            Accepts::Html => self.page(token, clinic).into_response(),
        };
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }

    fn page(&self, token: &str, clinic: &Clinic) -> Page {
        let heading = match self.status {
            Status::Requested => "A request for an appointment",
            Status::Confirmed => "An appointment",
        };
        let shown = self.patient.as_ref();
        Page::new(
            heading,
            &html! {
                (facts(&self.reference, &self.service, &self.practitioner, self.start, clinic))
                @if !self.suspicions.is_empty() {
                    h2 { "Please check this booking" }
                    ul { @for reason in &self.suspicions { li { (reason.words()) } } }
                }
                @if let Some((patient, reason)) = shown { (written(patient, reason.as_ref())) }
                @if shown.is_none() {
                    form method="post" action="reason" {
                        input type="hidden" name="token" value=(token);
                        button { @if self.has_reason { "Show the patient and the reason" } @else { "Show the patient" } }
                    }
                }
                p.small { "Reading what a patient wrote is written into the audit trail." }
            },
        )
    }
}

fn written(patient: &Patient, reason: Option<&FreeText>) -> Markup {
    let before = if patient.returning { "yes" } else { "no" };
    html! {
        dl {
            dt { "Patient" } dd dir="auto" { (patient.name.as_str()) }
            @if let Some(email) = &patient.email { dt { "Email" } dd { a href=(email.mailto()) { (email.as_str()) } } }
            @if let Some(phone) = &patient.phone { dt { "Phone" } dd { a href=(phone.tel()) { (phone.as_str()) } } }
            dt { "Was here before" } dd { (before) }
        }
        @match reason {
            Some(reason) => blockquote dir="auto" { (reason.as_str()) },
            None => p { "They gave no reason for the visit." },
        }
    }
}
