//! The mails to those on the waiting list.

use shared::outbox::{Mail, WaitlistJoined, WaitlistOffer};

use super::{appointment, to_patient};
use crate::{
    booking::{Booking, practitioner_name, service_name},
    context::Context,
    waitlist::Entry,
};

/// The mail to somebody on the waiting list for whom that booking holds a time.
pub(crate) fn of_offer(booking: &Booking, entry: &Entry, context: &Context<'_>) -> Option<Mail> {
    let letter = WaitlistOffer {
        appointment: appointment(booking, context),
        manage_url: context.manage_url(booking),
        answer_by: booking.answer_by?,
        waitlist_url: context.waitlist_url(entry),
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
    };
    let to = entry.patient.email.clone()?;
    let letter = letter.into();
    Some(Mail { to, letter })
}
