//! To a patient: they have moved their appointment.

use jiff::Timestamp;
use shared::{
    clinic::Clinic,
    outbox::{BookingMoved, Standing},
};

use super::{document::Draft, parts::appointment_mail};

pub(super) fn write(booking: &BookingMoved, clinic: &Clinic, now: Timestamp) -> Draft {
    let appointment = &booking.appointment;
    let when = clinic.spoken_time(appointment.start);
    let before = clinic.spoken_time(booking.before);
    let (subject, opening) = match booking.standing {
        Standing::Confirmed => (
            format!("Your appointment is now on {when}"),
            format!("Your appointment has a new time. It was on {before}"),
        ),
        Standing::Requested => (
            format!("Your request is now for {when}"),
            format!(
                "Your request has a new time, which is held for you. We will write to you as soon as we have confirmed it. Your earlier request was for {before}"
            ),
        ),
    };
    Draft {
        subject,
        blocks: appointment_mail(
            &opening,
            appointment,
            &booking.manage_url,
            (booking.standing, now),
            clinic,
        ),
    }
}
