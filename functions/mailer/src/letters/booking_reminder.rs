//! To a patient: their appointment is near.

use shared::{clinic::Clinic, outbox::BookingReminder};

use super::{document::Draft, parts::appointment_mail};

pub(super) fn write(booking: &BookingReminder, clinic: &Clinic) -> Draft {
    let appointment = &booking.appointment;
    let when = clinic.spoken_time(appointment.start);
    let opening = "This is a reminder of your appointment. We look forward to it.";
    Draft {
        subject: format!("Reminder: your appointment on {when}"),
        blocks: appointment_mail(opening, appointment, &booking.manage_url, clinic),
    }
}
