//! The mails about a booking.

use shared::outbox::{
    Appointment, BookingConfirmed, BookingRequested, BookingToStaff, Mail, Standing,
};

use crate::{
    booking::{Booking, Patient, Status, practitioner_name, service_name},
    context::Context,
};

/// The mail to staff, and the patient's receipt or confirmation with the link to their page, if they left an email
/// address.
pub(crate) fn of(booking: &Booking, manage_url: &str, context: &Context<'_>) -> Vec<Mail> {
    let clinic = &context.clinic;
    let appointment = Appointment {
        reference: booking.reference.clone(),
        service: service_name(&booking.service, clinic).to_owned(),
        practitioner: practitioner_name(&booking.claim.practitioner, clinic).to_owned(),
        start: booking.claim.start(),
        end: booking.claim.end(),
    };
    let mut mails = vec![Mail {
        to: clinic.mail().staff.clone(),
        letter: to_staff(booking, appointment.clone(), context).into(),
    }];
    let manage_url = manage_url.to_owned();
    mails.extend(booking.patient.email.clone().map(|email| {
        Mail {
            to: email,
            letter: match booking.status {
                Status::Requested => BookingRequested {
                    appointment,
                    manage_url,
                }
                .into(),
                Status::Confirmed => BookingConfirmed {
                    appointment,
                    manage_url,
                }
                .into(),
            },
        }
    }));
    mails
}

/// Why somebody comes is about their health: it is mailed only if the clinic wants that. Otherwise the link leads to
/// it.
fn to_staff(booking: &Booking, appointment: Appointment, context: &Context<'_>) -> BookingToStaff {
    let Patient {
        name,
        email,
        phone,
        returning,
    } = booking.patient.clone();
    let text_by_mail = context.clinic.contact().text_by_mail;
    BookingToStaff {
        standing: match booking.status {
            Status::Requested => Standing::Requested,
            Status::Confirmed => Standing::Confirmed,
        },
        appointment,
        name,
        email,
        phone,
        returning,
        reason: booking.reason.clone().filter(|_| text_by_mail),
        reason_kept_back: booking.reason.is_some() && !text_by_mail,
        review_url: Some(context.decision_url(booking)),
        suspicions: booking
            .suspicions
            .iter()
            .map(|reason| reason.words().to_owned())
            .collect(),
    }
}
