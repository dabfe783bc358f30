//! The mails about a booking.

use shared::{
    clinic::Clinic,
    outbox::{Appointment, BookingConfirmed, BookingRequested, BookingToStaff, Mail, Standing},
};

use crate::booking::{Booking, Patient, Status, practitioner_name, service_name};

/// The mail to staff, and the patient's receipt or confirmation with the link to their page.
pub(crate) fn of(booking: &Booking, manage_url: String, clinic: &Clinic) -> [Mail; 2] {
    let appointment = Appointment {
        reference: booking.reference.clone(),
        service: service_name(&booking.service, clinic).to_owned(),
        practitioner: practitioner_name(&booking.practitioner, clinic).to_owned(),
        start: booking.slot.start,
        end: booking.slot.end,
    };
    let Patient {
        name,
        email,
        phone,
        returning,
    } = booking.patient.clone();
    let standing = match booking.status {
        Status::Requested => Standing::Requested,
        Status::Confirmed => Standing::Confirmed,
    };
    let to_staff = BookingToStaff {
        standing,
        appointment: appointment.clone(),
        name,
        email: email.clone(),
        phone,
        returning,
        reason: booking.reason.clone(),
    };
    let to_patient = match booking.status {
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
    };
    [
        Mail {
            to: clinic.mail().staff.clone(),
            letter: to_staff.into(),
        },
        Mail {
            to: email,
            letter: to_patient,
        },
    ]
}
