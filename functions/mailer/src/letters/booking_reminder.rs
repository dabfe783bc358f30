//! To a patient: their appointment is near.

use jiff::Timestamp;
use shared::{
    clinic::{Clinic, Place},
    outbox::{BookingReminder, Standing},
};

use super::{document::Draft, parts::appointment_mail};

pub(super) fn write(booking: &BookingReminder, clinic: &Clinic, now: Timestamp) -> Draft {
    let appointment = &booking.appointment;
    let when = clinic.spoken_time(appointment.start);
    let opening = match appointment.place {
        Place::Clinic => "This is a reminder of your appointment. We look forward to seeing you.",
        Place::Phone => "This is a reminder of our call. We look forward to speaking with you.",
    };
    Draft {
        subject: format!("Reminder: your appointment on {when}"),
        blocks: appointment_mail(
            opening,
            appointment,
            &booking.manage_url,
            (Standing::Confirmed, now),
            clinic,
        ),
    }
}
