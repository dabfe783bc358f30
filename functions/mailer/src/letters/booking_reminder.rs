//! To a patient: their appointment is near.

use jiff::Timestamp;
use shared::{
    clinic::{Clinic, Place},
    outbox::{BookingReminder, Standing},
};

use super::{
    document::Draft,
    parts::{appointment_mail, in_short, noun},
};

pub(super) fn write(booking: &BookingReminder, clinic: &Clinic, now: Timestamp) -> Draft {
    let appointment = &booking.appointment;
    let noun = noun(appointment);
    let when = clinic.spoken_time_briefly(appointment.start);
    let opening = match appointment.place {
        Place::Clinic => "This is a friendly reminder. We look forward to seeing you.",
        Place::Phone => "This is a friendly reminder. We look forward to speaking with you.",
    };
    Draft {
        subject: format!("Reminder: your {noun} on {when}"),
        preview: in_short(appointment, clinic),
        headline: format!("Your {noun} is coming up"),
        blocks: appointment_mail(
            opening.to_owned(),
            appointment,
            &booking.manage_url,
            (Standing::Confirmed, now),
            clinic,
        ),
    }
}
