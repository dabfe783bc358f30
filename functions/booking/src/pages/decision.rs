//! Staff's page of a booking, in JSON and HTML.

use maud::{Markup, html};
use serde::Serialize;
use shared::{
    clinic::{Clinic, Place},
    forms::Sheet,
    guard::Reason,
    local_time::LocalTime,
    pages::{Page, ReturnedAddress, Section},
    reference::Reference,
    values::{FreeText, PractitionerId, ServiceId},
};
use utoipa::ToSchema;

use super::facts::facts;
use crate::{
    booking::{
        Booking, Patient, Standing, fields::REVISION, practitioner_name, room_name, service_name,
    },
    context::Context,
};

/// A booking as staff see it.
#[derive(Serialize, ToSchema)]
#[schema(as = ConsideredBooking)]
pub(crate) struct Considered {
    reference: Reference,
    status: Standing,
    /// How many times it has changed.
    revision: u32,
    #[schema(value_type = String)]
    service: ServiceId,
    #[schema(value_type = String)]
    practitioner: PractitionerId,
    /// The name of the room that is held for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    room: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    start: LocalTime,
    #[schema(value_type = String, format = DateTime)]
    end: LocalTime,
    /// When the request expires unless somebody answers it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    answer_by: Option<LocalTime>,
    /// The starts that were proposed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<String>)]
    proposed: Vec<LocalTime>,
    /// With whom each of them is, if it is with one practitioner only.
    #[serde(skip)]
    proposed_with: Vec<Option<PractitionerId>>,
    /// Whether the patient wrote why they come, or why they cancelled. A POST shows it.
    has_reason: bool,
    /// Why it waits for an answer although its service needs none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suspicions: Vec<Reason>,
    /// The other appointments of the practitioner on that day.
    day: Vec<Visit>,
    /// Whether the visit has begun.
    #[serde(skip)]
    has_begun: bool,
    /// Whether the practitioner has time off then.
    #[serde(skip)]
    presence: Presence,
    /// When the patient was asked to choose another time, if they were.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    asked_to_move: Option<LocalTime>,
    /// Only while the patient's address is not written to.
    #[serde(skip_serializing_if = "Option::is_none")]
    returned: Option<ReturnedAddress>,
    #[serde(skip)]
    pub(super) has_email: bool,
    #[serde(skip)]
    place: Place,
    /// Only on the page that a POST answers with.
    #[serde(skip)]
    written: Option<Written>,
}

/// Whether the practitioner is there at the time of a booking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Presence {
    There,
    Away,
}

/// What a patient wrote, and who they are.
struct Written {
    patient: Patient,
    reason: Option<FreeText>,
    cancel_reason: Option<FreeText>,
}

/// An appointment as others may know of it: without its patient.
#[derive(Serialize, ToSchema)]
struct Visit {
    #[schema(value_type = String, format = DateTime)]
    start: LocalTime,
    #[schema(value_type = String, format = DateTime)]
    end: LocalTime,
    #[schema(value_type = String)]
    service: ServiceId,
    status: Standing,
}

/// The form with which staff have the patient's address written to again.
fn write_again(token: &str) -> Markup {
    html! {
        form method="post" action="write-again" {
            input type="hidden" name="token" value=(token);
            button.quiet { "Write to this address again" }
        }
    }
}

impl Considered {
    /// `day` is what else the practitioner has on that day.
    pub(crate) fn of(
        booking: &Booking,
        (day, presence): (Vec<Booking>, Presence),
        context: &Context<'_>,
    ) -> Self {
        let clinic = &context.clinic;
        let local = |moment| clinic.local_time(moment);
        let others = day
            .into_iter()
            .filter(|other| other.status.is_live() && other.reference != booking.reference);
        Self {
            reference: booking.reference.clone(),
            status: booking.standing(context.now),
            revision: booking.revision,
            service: booking.service.clone(),
            practitioner: booking.claim.practitioner.clone(),
            room: room_name(booking, clinic),
            start: local(booking.claim.start()),
            end: local(booking.claim.end()),
            answer_by: booking.answer_by.map(local),
            proposed: booking
                .proposed
                .iter()
                .map(|proposal| local(proposal.start))
                .collect(),
            proposed_with: booking
                .proposed
                .iter()
                .map(|proposal| match proposal.practitioners.as_slice() {
                    [one] => Some(one.clone()),
                    _ => None,
                })
                .collect(),
            has_reason: booking.reason.is_some() || booking.cancel_reason.is_some(),
            suspicions: booking.suspicions.clone(),
            day: others
                .map(|other| Visit {
                    start: local(other.claim.start()),
                    end: local(other.claim.end()),
                    status: other.standing(context.now),
                    service: other.service,
                })
                .collect(),
            has_begun: booking.claim.start() <= context.now,
            presence,
            asked_to_move: booking.must_move.map(|asked| local(asked.0)),
            returned: None,
            has_email: booking.patient.email.is_some(),
            place: booking.place(clinic),
            written: None,
        }
    }

    pub(crate) fn with_returned(mut self, returned: Option<ReturnedAddress>) -> Self {
        self.returned = returned;
        self
    }

    pub(crate) fn with_patient(mut self, booking: Booking) -> Self {
        self.written = Some(Written {
            patient: booking.patient,
            reason: booking.reason,
            cancel_reason: booking.cancel_reason,
        });
        self
    }

    /// Staff's page. `notice` is what has just happened.
    pub(crate) fn page(&self, token: &str, notice: Option<&str>, clinic: &Clinic) -> Page {
        Page::new(
            self.heading(),
            &html! {
                @if let Some(notice) = notice { p.notice role="status" { (notice) } }
                @if let Some(returned) = &self.returned { (returned.notice(&write_again(token), clinic)) }
                (self.facts(clinic))
                @if self.asked_to_move.is_some() {
                    p.notice { (practitioner_name(&self.practitioner, clinic)) " has time off then. The patient was asked to choose another time." }
                } @else if self.presence == Presence::Away {
                    p.notice { (practitioner_name(&self.practitioner, clinic)) " has time off then. The visit keeps its time until somebody moves it." }
                }
                @if !self.proposed.is_empty() {
                    h2 { "Proposed instead" }
                    ul {
                        @for (start, with) in self.proposed.iter().zip(&self.proposed_with) {
                            li {
                                (clinic.spoken_time(start.moment()))
                                @if let Some(with) = with { ", with " (practitioner_name(with, clinic)) }
                            }
                        }
                    }
                }
                @if !self.suspicions.is_empty() {
                    h2 { "Please check this booking" }
                    ul { @for reason in &self.suspicions { li { (reason.words()) } } }
                }
                @if let Some(written) = &self.written { (written.markup()) }
                @if self.status == Standing::Requested { (self.without_mail()) }
                (self.buttons(token, clinic))
                @if !self.day.is_empty() { (self.rest_of_the_day(clinic)) }
                p.small { "The audit trail records who opens a patient's details and what staff decide." }
            },
        )
        .in_section(Section::Staff)
    }

    fn heading(&self) -> &'static str {
        match self.status {
            Standing::Requested => "A request for an appointment",
            Standing::Offered => "A time that is offered to the waiting list",
            Standing::Confirmed => "An appointment",
            Standing::Declined => "Declined request",
            Standing::Expired => "Expired request",
            Standing::Cancelled => "Cancelled appointment",
            Standing::NoShow => "Missed appointment",
            Standing::Completed => "A past appointment",
        }
    }

    pub(super) fn facts(&self, clinic: &Clinic) -> Markup {
        let what = (&self.service, self.place);
        html! {
            (facts(&self.reference, what, &self.practitioner, self.start, clinic))
            @if let Some(room) = &self.room { dl.chosen { div { dt { "Room" } dd { (room) } } } }
            @if let Some(by) = &self.answer_by {
                @let by = clinic.spoken_time(by.moment());
                @if self.proposed.is_empty() {
                    p { "Please answer by " strong { (by) } " We hold the time until then." }
                } @else {
                    p { "The patient has until " strong { (by) } " to choose. We hold the original time until then." }
                }
            }
        }
    }

    fn buttons(&self, token: &str, clinic: &Clinic) -> Markup {
        let post = |action: &str, field: Markup, label: &str, class: Option<&str>| {
            html! {
                form method="post" action=(action) {
                    input type="hidden" name="token" value=(token);
                    (field)
                    button class=[class] { (label) }
                }
            }
        };
        let page = |decision: &str| format!("decision?token={token}&decision={decision}");
        let confirm = html! {
            input type="hidden" name="decision" value="confirm";
            (self.seen(&Sheet::blank()))
        };
        let show = match (self.has_reason, self.written.is_some()) {
            (_, true) => None,
            (true, false) => Some("Show patient details and reason"),
            (false, false) => Some("Show patient details"),
        };
        html! {
            div.actions {
                @if self.status == Standing::Requested { (post("decision", confirm, &self.confirms(clinic), None)) }
                @if let Some(label) = show { (post("reason", Markup::default(), label, Some("quiet"))) }
            }
            @if self.offers("decline") {
                div.actions {
                    a.button.quiet href=(page("propose")) { "Propose other times" }
                    a.button.quiet href=(page("decline")) { "Decline" }
                }
            }
            @if self.offers("no_show") {
                div.actions { a.button.quiet href=(page("no_show")) { "Record a no-show" } }
            }
        }
    }

    /// Whether staff can still decide so, on a page of its own.
    pub(crate) fn offers(&self, decision: &str) -> bool {
        let is_confirmed = matches!(self.status, Standing::Confirmed | Standing::Completed);
        match decision {
            "decline" | "propose" => self.status == Standing::Requested,
            "no_show" => self.has_begun && is_confirmed,
            _ => false,
        }
    }

    /// Once other times are proposed, it has to be clear which one is confirmed.
    fn confirms(&self, clinic: &Clinic) -> String {
        if self.proposed.is_empty() {
            return "Confirm".to_owned();
        }
        let start = self.start.moment();
        format!("Confirm the original time: {}", clinic.spoken_time(start))
    }

    /// The field that says which revision staff have seen: the one of a form that is shown again, or this one.
    pub(super) fn seen(&self, sheet: &Sheet<'_>) -> Markup {
        let now = self.revision.to_string();
        let before = Some(sheet.typed(&REVISION)).filter(|revision| !revision.is_empty());
        html! { input type="hidden" name=(REVISION.name) value=(before.unwrap_or(&now)); }
    }

    fn rest_of_the_day(&self, clinic: &Clinic) -> Markup {
        html! {
            h2 { (practitioner_name(&self.practitioner, clinic)) ": other appointments that day" }
            ul {
                @for visit in &self.day {
                    li {
                        (clinic.spoken_clock(visit.start.moment())) " to " (clinic.spoken_clock(visit.end.moment())) ": "
                        (service_name(&visit.service, clinic))
                        @if visit.status == Standing::Requested { " (not confirmed)" }
                    }
                }
            }
        }
    }

    pub(super) fn without_mail(&self) -> Markup {
        html! {
            @if !self.has_email {
                p.notice { "This patient left no email address, so we cannot write to them: please call them." }
            }
        }
    }
}

impl Written {
    fn markup(&self) -> Markup {
        let patient = &self.patient;
        let before = if patient.returning { "Yes" } else { "No" };
        html! {
            dl.chosen {
                div { dt { "Patient" } dd dir="auto" { (patient.name.as_str()) } }
                @if let Some(email) = &patient.email { div { dt { "Email" } dd { a href=(email.mailto()) { (email.as_str()) } } } }
                @if let Some(phone) = &patient.phone { div { dt { "Phone" } dd { a href=(phone.tel()) { (phone.as_str()) } } } }
                div { dt { "Here before" } dd { (before) } }
            }
            @match &self.reason {
                Some(reason) => {
                    p { "Reason for the visit:" }
                    blockquote dir="auto" { (reason.as_str()) }
                },
                None => p { "They gave no reason for the visit." },
            }
            @if let Some(reason) = &self.cancel_reason {
                p { "They cancelled because:" }
                blockquote dir="auto" { (reason.as_str()) }
            }
        }
    }
}
