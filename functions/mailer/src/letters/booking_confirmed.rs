//! To a patient: their appointment is confirmed.

use jiff::Timestamp;
use shared::{
    clinic::Clinic,
    outbox::{BookingConfirmed, Standing},
};

use super::{document::Draft, parts::appointment_mail};

pub(super) fn write(booking: &BookingConfirmed, clinic: &Clinic, now: Timestamp) -> Draft {
    let appointment = &booking.appointment;
    let when = clinic.spoken_time(appointment.start);
    let opening = if booking.restored {
        format!(
            "Good news: {} is available after all, so you can keep your appointment. It is confirmed.",
            appointment.practitioner
        )
    } else {
        "Thank you. Your appointment is confirmed.".to_owned()
    };
    Draft {
        subject: format!("Your appointment on {when}"),
        blocks: appointment_mail(
            &opening,
            appointment,
            &booking.manage_url,
            (Standing::Confirmed, now),
            clinic,
        ),
    }
}
