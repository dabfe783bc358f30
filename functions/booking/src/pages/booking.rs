//! A booking as its patient sees it: in JSON, on its page, and after it was asked for.

use maud::{Markup, html};
use serde::Serialize;
use shared::{
    clinic::Clinic,
    http::Page,
    local_time::LocalTime,
    reference::Reference,
    values::{PractitionerId, ServiceId},
};
use utoipa::ToSchema;

use crate::{
    booking::{Booking, Receipt, Status, practitioner_name, service_name},
    time::FreeStart,
};

/// A booking as its patient sees it.
#[derive(Serialize, ToSchema)]
#[schema(as = Booking)]
pub(crate) struct View {
    reference: Reference,
    status: Status,
    #[serde(skip)]
    has_email: bool,
    #[schema(value_type = String)]
    service: ServiceId,
    #[schema(value_type = String)]
    practitioner: PractitionerId,
    #[schema(value_type = String, format = DateTime)]
    start: LocalTime,
    #[schema(value_type = String, format = DateTime)]
    end: LocalTime,
}

impl View {
    pub(crate) fn of(booking: Booking, clinic: &Clinic) -> Self {
        Self {
            reference: booking.reference,
            status: booking.status,
            has_email: booking.patient.email.is_some(),
            service: booking.service,
            practitioner: booking.claim.practitioner.clone(),
            start: clinic.local_time(booking.claim.start()),
            end: clinic.local_time(booking.claim.end()),
        }
    }

    pub(crate) fn page(&self, clinic: &Clinic) -> Page {
        let title = match self.status {
            Status::Requested => "Your request for an appointment",
            Status::Confirmed => "Your appointment",
        };
        let facts = facts(
            &self.reference,
            &self.service,
            &self.practitioner,
            self.start,
            clinic,
        );
        Page::new(
            title,
            &html! { (status(self.status, self.has_email)) (facts) (change(clinic)) },
        )
    }
}

/// The page after an appointment was asked for. `has_email` is whether the patient left an email address; without one,
/// the page is all that they have.
pub(crate) fn confirmation(receipt: &Receipt, has_email: bool, clinic: &Clinic) -> Page {
    let title = match receipt.status {
        Status::Requested => "Thank you: we have your request",
        Status::Confirmed => "Thank you: you have an appointment",
    };
    let facts = facts(
        &receipt.reference,
        &receipt.service,
        &receipt.practitioner,
        receipt.start,
        clinic,
    );
    Page::new(
        title,
        &html! {
            (status(receipt.status, has_email))
            (facts)
            @if !has_email { p { "Please note down your reference: without an email address we cannot send it to you." } }
            @match &receipt.manage_url {
                Some(url) => p { a href=(url) { "Your page of this appointment" } },
                None if has_email => p { "The link to your page of this appointment is in the mail that we sent you." },
                None => {},
            }
            (change(clinic))
        },
    )
}

/// The starts that are free when the wanted one is taken.
pub(crate) fn alternatives(free: &[FreeStart], clinic: &Clinic) -> Markup {
    let spoken = |free: &FreeStart| {
        let local = free.start.moment().to_zoned(clinic.time_zone().clone());
        local.strftime("%A, %B %-d, %H:%M").to_string()
    };
    html! {
        p { "These times are still free:" }
        ul { @for free in free { li { (spoken(free)) } } }
    }
}

fn status(status: Status, has_email: bool) -> Markup {
    match status {
        Status::Requested if has_email => html! {
            p { "The time is held for you. We will write to you as soon as we have confirmed it." }
        },
        Status::Requested => {
            html! { p { "The time is held for you. We will call you to confirm it." } }
        }
        Status::Confirmed => html! { p { "The appointment is confirmed." } },
    }
}

pub(super) fn facts(
    reference: &Reference,
    service: &ServiceId,
    practitioner: &PractitionerId,
    start: LocalTime,
    clinic: &Clinic,
) -> Markup {
    html! {
        dl {
            dt { "When" } dd { (clinic.spoken_time(start.moment())) }
            dt { "What" } dd { (service_name(service, clinic)) }
            dt { "With" } dd { (practitioner_name(practitioner, clinic)) }
            dt { "Where" } dd { (clinic.name()) ", " (clinic.address()) }
            dt { "Reference" } dd { (reference.as_str()) }
        }
    }
}

fn change(clinic: &Clinic) -> Markup {
    let phone = clinic.phone();
    html! {
        p { "To change or cancel it, call us: " a href=(phone.tel()) { (phone.as_str()) } "." }
        p { a href=(clinic.website()) { "Back to " (clinic.name()) } }
    }
}
