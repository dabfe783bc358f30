//! An entry in the waiting list as its patient sees it, in JSON and on their page.

use jiff::civil::Date;
use maud::{Markup, html};
use serde::Serialize;
use shared::{
    clinic::Clinic,
    pages::{Page, phone},
    reference::Reference,
    values::{PractitionerId, ServiceId},
};
use utoipa::ToSchema;

use super::{facts::back, own};
use crate::{
    booking::{practitioner_name, service_name},
    context::Context,
    waitlist::{Entry, EntryStatus},
};

/// An entry in the waiting list as its patient sees it.
#[derive(Serialize, ToSchema)]
#[schema(as = WaitlistEntry)]
pub(crate) struct View {
    reference: Reference,
    status: EntryStatus,
    #[schema(value_type = String)]
    service: ServiceId,
    /// Without one, anybody who offers the service will do.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    practitioner: Option<PractitionerId>,
    /// The first day that suits them, in the clinic's time zone.
    from: Date,
    /// The last day that suits them.
    to: Date,
    /// What they can do now: `leave`, or nothing.
    can: Vec<WaitlistAction>,
    /// The page of the booking that holds a time for them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "uri")]
    offer_url: Option<String>,
    /// Whether the days that they wanted are over.
    #[serde(skip)]
    is_over: bool,
    /// Whether they were offered as many times as anybody is.
    #[serde(skip)]
    had_enough: bool,
}

/// What somebody on the waiting list can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum WaitlistAction {
    Leave,
}

impl View {
    pub(crate) fn of(entry: &Entry, context: &Context<'_>) -> Self {
        // What looks like a machine has to read the mail first.
        let offer = entry.offer.as_ref().filter(|_| entry.suspicions.is_empty());
        let is_over = entry.to < context.clinic.local_date(context.now);
        Self {
            reference: entry.reference.clone(),
            status: entry.status,
            service: entry.service.clone(),
            practitioner: entry.practitioner.clone(),
            from: entry.from,
            to: entry.to,
            can: entry
                .left()
                .filter(|_| !is_over)
                .map(|_| WaitlistAction::Leave)
                .into_iter()
                .collect(),
            is_over,
            had_enough: entry.had_enough(),
            offer_url: offer.map(|booking| context.links.of_patient(booking)),
        }
    }

    /// Their page, as it is for as long as the link works.
    pub(crate) fn page(&self, token: &str, context: &Context<'_>) -> Page {
        let clinic = &context.clinic;
        own(
            "Waiting list",
            &html! {
                p { (self.words(clinic)) }
                @if let Some(url) = &self.offer_url { div.actions { a.button href=(url) { "View the time that we hold for you" } } }
                (self.facts(clinic))
                @if !self.can.is_empty() {
                    div.actions { a.button.quiet href={ (self.reference) "?token=" (token) "&action=leave" } { "Leave the waiting list" } }
                }
                p { "Questions? Call us: " (phone(clinic)) "." }
                (back(clinic))
            },
        )
    }

    /// The page that asks once more: some mail scanners press the buttons of the page that a mail links to.
    pub(crate) fn leave(&self, token: &str, clinic: &Clinic) -> Page {
        own(
            "Leave the waiting list?",
            &html! {
                (self.facts(clinic))
                @if self.status == EntryStatus::Offered {
                    p { "The time that we hold for you goes to the next person." }
                }
                form method="post" action={ (self.reference) "/leave" } {
                    input type="hidden" name="token" value=(token);
                    div.actions { button { "Yes, leave it" } }
                }
                p { a href={ (self.reference) "?token=" (token) } { "No, keep waiting" } }
            },
        )
    }

    pub(crate) fn can_leave(&self) -> bool {
        !self.can.is_empty()
    }

    fn words(&self, clinic: &Clinic) -> String {
        match self.status {
            EntryStatus::Waiting | EntryStatus::Over if self.is_over => {
                "The days that you asked for have passed.".to_owned()
            }
            EntryStatus::Over if self.had_enough => {
                "You did not take any of the times that we offered you, so you are not on the waiting list any more. You can join it again."
                    .to_owned()
            }
            EntryStatus::Waiting | EntryStatus::Over | EntryStatus::Unknown => format!(
                "You are on our waiting list. When a suitable time becomes free, we will email you and hold it for you for {}.",
                held_for(clinic)
            ),
            EntryStatus::Offered if self.offer_url.is_none() => {
                "A time has opened up for you. We have emailed you a link with which you can take it."
                    .to_owned()
            }
            EntryStatus::Offered => "A time has opened up for you.".to_owned(),
            EntryStatus::Booked => {
                "You have an appointment, so you are not on the waiting list any more.".to_owned()
            }
            EntryStatus::Left => "You are no longer on the waiting list.".to_owned(),
        }
    }

    fn facts(&self, clinic: &Clinic) -> Markup {
        let day = |date: Date| date.strftime("%A, %B %-d, %Y").to_string();
        let with = self.practitioner.as_ref();
        html! {
            dl.chosen {
                div { dt { "What" } dd { (service_name(&self.service, clinic)) } }
                div { dt { "With" } dd { (with.map_or("Any practitioner", |id| practitioner_name(id, clinic))) } }
                div { dt { "From" } dd { (day(self.from)) } }
                div { dt { "To" } dd { (day(self.to)) } }
                div { dt { "Reference" } dd { (self.reference.as_str()) } }
            }
        }
    }
}

/// The page after somebody has joined.
pub(crate) fn joined(clinic: &Clinic) -> Page {
    own(
        "You are on the waiting list",
        &html! {
            p { "When a suitable time becomes free, we will email you and hold it for you for " (held_for(clinic)) "." }
            p { "We have emailed you a link with which you can leave the list." }
            (back(clinic))
        },
    )
}

fn held_for(clinic: &Clinic) -> String {
    match clinic.booking().offer_for.as_hours() {
        1 => "one hour of our opening time".to_owned(),
        hours => format!("{hours} hours of our opening time"),
    }
}
