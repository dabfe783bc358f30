//! The mails to those on the waiting list.

use shared::outbox::{Mail, Person, WaitlistJoined, WaitlistOffer};

use super::{appointment, to_patient};
use crate::{
    booking::{Booking, Patient, practitioner_name, service_name},
    context::Context,
    waitlist::Entry,
};

/// Whom staff call if a mail does not arrive: staff have no mail of their own about these.
fn person(patient: &Patient, review_url: Option<String>) -> Person {
    Person {
        name: patient.name.clone(),
        email: patient.email.clone(),
        phone: patient.phone.clone(),
        review_url,
    }
}

/// The mail to somebody on the waiting list for whom that booking holds a time.
pub(crate) fn of_offer(booking: &Booking, entry: &Entry, context: &Context<'_>) -> Option<Mail> {
    let letter = WaitlistOffer {
        appointment: appointment(booking, context),
        manage_url: context.manage_url(booking),
        answer_by: booking.answer_by?,
        waitlist_url: context.waitlist_url(entry),
        person: Some(person(
            &booking.patient,
            Some(context.decision_url(booking)),
        )),
    };
    to_patient(letter.into(), booking)
}

/// The mail to somebody who has joined the waiting list.
pub(crate) fn of_joining(entry: &Entry, context: &Context<'_>) -> Option<Mail> {
    let clinic = &context.clinic;
    let with = entry.practitioner.as_ref();
    let letter = WaitlistJoined {
        reference: entry.reference.clone(),
        service: service_name(&entry.service, clinic).to_owned(),
        practitioner: with.map(|id| practitioner_name(id, clinic).to_owned()),
        from: entry.from,
        to: entry.to,
        offer_hours: u32::try_from(clinic.booking().offer_for.as_hours()).unwrap_or_default(),
        manage_url: context.waitlist_url(entry),
        person: Some(person(&entry.patient, None)),
    };
    let to = entry.patient.email.clone()?;
    let letter = letter.into();
    Some(Mail { to, letter })
}
