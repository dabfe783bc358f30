//! To a patient: their request for an appointment has arrived, and the time is held.

use jiff::Timestamp;
use shared::{
    clinic::Clinic,
    outbox::{BookingRequested, Standing},
};

use super::{
    document::Draft,
    parts::{appointment_mail, in_short},
};

pub(super) fn write(booking: &BookingRequested, clinic: &Clinic, now: Timestamp) -> Draft {
    let appointment = &booking.appointment;
    let when = clinic.spoken_time_briefly(appointment.start);
    let holding = if booking.restored {
        format!(
            "Good news: {} is available after all, so we are still holding this time for you.",
            appointment.practitioner
        )
    } else {
        "Thank you. We are holding this time for you.".to_owned()
    };
    let answer = match booking.answer_by {
        Some(by) => format!("email you by {}", clinic.spoken_time(by)),
        None => "email you as soon as it is.".to_owned(),
    };
    Draft {
        subject: format!("We have your request: {when}"),
        preview: format!("Not confirmed yet. {}", in_short(appointment, clinic)),
        headline: "We have your request".to_owned(),
        blocks: appointment_mail(
            format!("{holding} It is not confirmed yet: we will {answer}"),
            appointment,
            &booking.manage_url,
            (Standing::Requested, now),
            clinic,
        ),
    }
}
