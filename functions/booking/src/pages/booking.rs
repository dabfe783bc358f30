//! A booking as its patient sees it, in JSON and on their page.

use maud::{Markup, html};
use serde::Serialize;
use shared::{
    clinic::{Clinic, Place},
    local_time::LocalTime,
    pages::{Page, phone},
    reference::Reference,
    values::{FreeText, PractitionerId, ServiceId},
};
use utoipa::ToSchema;

use super::{
    Here,
    facts::{back, before_you_come, facts},
    own,
};
use crate::{
    booking::{Action, Booking, Standing, practitioner_name},
    context::Context,
};

/// A booking as its patient sees it.
#[derive(Serialize, ToSchema)]
#[schema(as = Booking)]
pub(crate) struct View {
    reference: Reference,
    status: Standing,
    /// How many times it has changed.
    revision: u32,
    #[schema(value_type = String)]
    service: ServiceId,
    #[schema(value_type = String)]
    practitioner: PractitionerId,
    #[schema(value_type = String, format = DateTime)]
    start: LocalTime,
    #[schema(value_type = String, format = DateTime)]
    end: LocalTime,
    place: Place,
    /// What the patient can do now.
    can: Vec<Action>,
    /// Whether the clinic cannot see them at this time, and asks them to choose another.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    must_move: bool,
    /// When the request expires unless it is answered, or the offer unless it is taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    answer_by: Option<LocalTime>,
    /// The starts that the clinic proposes instead.
    proposed: Vec<ProposedStart>,
    /// Whether it was offered to somebody on the waiting list, who has not taken it.
    #[serde(skip)]
    was_not_taken: bool,
    #[serde(skip)]
    has_email: bool,
    #[serde(skip)]
    note: Option<FreeText>,
}

#[derive(Serialize, ToSchema)]
struct ProposedStart {
    #[schema(value_type = String, format = DateTime)]
    start: LocalTime,
    #[schema(value_type = String, format = DateTime)]
    end: LocalTime,
    /// Who was free then when it was proposed.
    #[schema(value_type = Vec<String>)]
    practitioners: Vec<PractitionerId>,
}

impl View {
    pub(crate) fn of(booking: &Booking, context: &Context<'_>) -> Self {
        let clinic = &context.clinic;
        let local = |moment| clinic.local_time(moment);
        Self {
            reference: booking.reference.clone(),
            status: booking.standing(context.now),
            revision: booking.revision,
            service: booking.service.clone(),
            practitioner: booking.claim.practitioner.clone(),
            start: local(booking.claim.start()),
            end: local(booking.claim.end()),
            place: booking.place(clinic),
            can: booking.can(clinic, context.now),
            must_move: booking.must_move.is_some() && booking.claim.start() > context.now,
            answer_by: booking.answer_by.map(local),
            proposed: booking
                .proposed
                .iter()
                .filter(|proposal| proposal.start > context.now)
                .map(|proposal| ProposedStart {
                    start: local(proposal.start),
                    end: local(proposal.end),
                    practitioners: proposal.practitioners.clone(),
                })
                .collect(),
            was_not_taken: booking.was_not_taken(),
            has_email: booking.patient.email.is_some(),
            note: booking.note.clone(),
        }
    }

    pub(super) fn reference(&self) -> &Reference {
        &self.reference
    }

    pub(super) fn facts(&self, clinic: &Clinic) -> Markup {
        let what = (&self.service, self.place);
        facts(
            &self.reference,
            what,
            &self.practitioner,
            self.start,
            clinic,
        )
    }

    pub(crate) fn can(&self, action: Action) -> bool {
        self.can.contains(&action)
    }

    /// The patient's page. `notice` is what has just happened.
    pub(crate) fn page(
        &self,
        token: &str,
        here: Here,
        notice: Option<&str>,
        clinic: &Clinic,
    ) -> Page {
        let is_to_come = matches!(self.status, Standing::Requested | Standing::Confirmed);
        let service = clinic.service(self.service.as_str());
        own(
            self.heading(),
            &html! {
                @if let Some(notice) = notice { p.notice role="status" { (notice) } }
                @if notice.is_none() || self.status != Standing::Confirmed { p { (self.words(clinic)) } }
                @if let Some(note) = &self.note {
                    p { "The clinic wrote:" }
                    blockquote dir="auto" { (note.as_str()) }
                }
                @if self.is_offer() { (self.take_offer(token, here)) }
                @else if self.can(Action::Accept) {
                    (self.proposals(token, here, clinic))
                    h2 { "What you asked for" }
                }
                (self.facts(clinic))
                @if is_to_come && !self.can(Action::Accept) && !self.must_move {
                    div.actions { a.button.quiet href=(self.to("invite.ics", token, here)) { "Add to your calendar" } }
                    (before_you_come(service, clinic))
                }
                (self.changes(token, here, clinic))
                (back(clinic))
            },
        )
    }

    /// The address of a page inside the booking's, with the patient's token.
    fn to(&self, page: &str, token: &str, here: Here) -> String {
        format!("{}?token={token}", here.to(page, &self.reference))
    }

    /// Whether the clinic cannot see them at this time.
    pub(super) fn has_to_move(&self) -> bool {
        self.must_move
    }

    pub(super) fn status(&self) -> Standing {
        self.status
    }

    fn cancels(&self) -> &'static str {
        match self.status {
            Standing::Requested => "Cancel the request",
            Standing::Offered => "Decline this time",
            _ => "Cancel the appointment",
        }
    }

    fn heading(&self) -> &'static str {
        match self.status {
            _ if self.must_move => "Please choose another time",
            Standing::Requested => "Your request for an appointment",
            Standing::Offered => "A time has opened up for you",
            Standing::Confirmed => "Your appointment",
            Standing::Declined => "We cannot offer you this appointment",
            Standing::Expired if self.was_not_taken => "We no longer hold this time for you",
            Standing::Expired => "Your request has expired",
            Standing::Cancelled if self.was_not_taken => "You declined this time",
            Standing::Cancelled => "Your appointment is cancelled",
            Standing::NoShow | Standing::Completed => "Your past appointment",
        }
    }

    fn words(&self, clinic: &Clinic) -> String {
        let by = self.answer_by.map(|by| clinic.spoken_time(by.moment()));
        match (self.status, by) {
            _ if self.must_move => format!(
                "We are sorry, but {} is away at this time and cannot see you then. Please choose another time.",
                practitioner_name(&self.practitioner, clinic)
            ),
            (Standing::Offered, Some(by)) => format!(
                "You are on our waiting list. We are holding this time for you until {by} Take it, or decline it so that the next person can have it."
            ),
            (Standing::Offered, None) => "We are holding this time for you.".to_owned(),
            (Standing::Requested, Some(by)) if self.can(Action::Accept) => format!(
                "We cannot see you at the time you asked for. Please choose one of the times below by {by}"
            ),
            (Standing::Requested, Some(by)) => {
                let how = if self.has_email { "write to" } else { "call" };
                format!("We are holding this time for you and will {how} you by {by}")
            }
            (Standing::Requested, None) => "We are holding this time for you until we have confirmed it.".to_owned(),
            (Standing::Confirmed, _) => "The appointment is confirmed.".to_owned(),
            (Standing::Declined, _) => "We are sorry that we cannot see you at this time. You can book another time, or call us.".to_owned(),
            (Standing::Expired, _) if self.was_not_taken => "You stay on our waiting list for other times.".to_owned(),
            (Standing::Expired, _) => "We are sorry: this request was not answered in time, and we no longer hold the time. You can book another time, or call us.".to_owned(),
            (Standing::Cancelled, _) if self.was_not_taken => {
                "The next person on the waiting list can have it.".to_owned()
            }
            (Standing::Cancelled, _) => "You can book another appointment at any time.".to_owned(),
            (Standing::Completed, _) => "Thank you for your visit.".to_owned(),
            (Standing::NoShow, _) => "Our records say that you did not come. If that is wrong, please call us.".to_owned(),
        }
    }

    /// The button that takes the time which is held.
    fn take_offer(&self, token: &str, here: Here) -> Markup {
        html! {
            form method="post" action=(here.to("accept", &self.reference)) {
                input type="hidden" name="token" value=(token);
                div.actions { button { "Take this time" } }
            }
        }
    }

    /// Whether no visit will take place, so that they may want another.
    fn is_without_a_visit(&self) -> bool {
        use Standing::{Cancelled, Declined, Expired};
        matches!(self.status, Declined | Expired | Cancelled) && !self.was_not_taken
    }

    fn is_offer(&self) -> bool {
        self.status == Standing::Offered && self.can(Action::Accept)
    }

    fn proposals(&self, token: &str, here: Here, clinic: &Clinic) -> Markup {
        html! {
            h2 { "Times that we can offer" }
            p { "These times are not reserved: somebody else may take one first." }
            ul.choices {
                @for proposal in &self.proposed {
                    li {
                        form method="post" action=(here.to("accept", &self.reference)) {
                            input type="hidden" name="token" value=(token);
                            button name="start" value=(proposal.start) {
                                (clinic.spoken_time(proposal.start.moment()))
                                @if let [one] = proposal.practitioners.as_slice() {
                                    ", with " (practitioner_name(one, clinic))
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    fn changes(&self, token: &str, here: Here, clinic: &Clinic) -> Markup {
        let to = |page| self.to(page, token, here);
        let is_to_come = matches!(self.status, Standing::Requested | Standing::Confirmed);
        html! {
            @if self.can(Action::Reschedule) || self.can(Action::Cancel) {
                @if !self.is_offer() { h2 { "Change or cancel" } }
                div.actions {
                    @if self.can(Action::Reschedule) { a.button.quiet[!self.must_move] href=(to("reschedule")) { "Look for another time" } }
                    @if self.can(Action::Cancel) { a.button.quiet href=(to("cancel")) { (self.cancels()) } }
                }
                p { "Or call us: " (phone(clinic)) "." }
            } @else if is_to_come {
                p { "To change or cancel it now, please call us: " (phone(clinic)) "." }
            } @else {
                @if self.is_without_a_visit() {
                    div.actions { a.button.quiet href={ "/book?service=" (self.service.as_str()) } { "Book another time" } }
                    p { "Or call us: " (phone(clinic)) "." }
                } @else {
                    p { "Call us: " (phone(clinic)) "." }
                }
            }
        }
    }
}
