//! To a patient: their request for an appointment has arrived, and the time is held.

use shared::{clinic::Clinic, outbox::BookingRequested};

use super::{document::Content, parts::appointment_mail};

pub(super) fn write(booking: &BookingRequested, clinic: &Clinic) -> Content {
    let appointment = &booking.appointment;
    let reference = &appointment.reference;
    let opening = "Thank you. The time below is held for you, and we will write to you as soon as we have confirmed it.";
    Content {
        subject: format!("We have your request for an appointment ({reference})"),
        blocks: appointment_mail(opening, appointment, &booking.manage_url, clinic),
    }
}
