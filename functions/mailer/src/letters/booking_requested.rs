//! To a patient: their request for an appointment has arrived, and the time is held.

use jiff::Timestamp;
use shared::{
    clinic::Clinic,
    outbox::{BookingRequested, Standing},
};

use super::{document::Draft, parts::appointment_mail};

pub(super) fn write(booking: &BookingRequested, clinic: &Clinic, now: Timestamp) -> Draft {
    let appointment = &booking.appointment;
    let reference = &appointment.reference;
    let opening = match booking.answer_by {
        Some(by) if booking.restored => format!(
            "Good news: {} is available after all, so we are still holding the time you asked for. We will write to you by {}",
            appointment.practitioner,
            clinic.spoken_time(by)
        ),
        Some(by) => format!(
            "Thank you. We are holding the time below for you. It is not confirmed yet: we will write to you by {}",
            clinic.spoken_time(by)
        ),
        None => "Thank you. We are holding the time below for you. It is not confirmed yet: we will write to you as soon as it is.".to_owned(),
    };
    Draft {
        subject: format!("We have your request for an appointment ({reference})"),
        blocks: appointment_mail(
            &opening,
            appointment,
            &booking.manage_url,
            (Standing::Requested, now),
            clinic,
        ),
    }
}
