//! To a patient: their appointment is confirmed.

use jiff::Timestamp;
use shared::{
    clinic::{Clinic, Place},
    outbox::{BookingConfirmed, Standing},
};

use super::{
    document::Draft,
    parts::{appointment_mail, in_short, noun},
};

pub(super) fn write(booking: &BookingConfirmed, clinic: &Clinic, now: Timestamp) -> Draft {
    let appointment = &booking.appointment;
    let noun = noun(appointment);
    let when = clinic.spoken_time_briefly(appointment.start);
    let good_news = format!(
        "Good news: {} is available after all. ",
        appointment.practitioner
    );
    let welcome = match appointment.place {
        Place::Clinic => "We look forward to seeing you.",
        Place::Phone => "We look forward to speaking with you.",
    };
    let (headline, opening) = if booking.restored {
        (format!("You can keep your {noun}"), good_news + welcome)
    } else {
        (format!("Your {noun} is confirmed"), welcome.to_owned())
    };
    Draft {
        subject: format!("{headline}: {when}"),
        preview: in_short(appointment, clinic),
        headline,
        blocks: appointment_mail(
            opening,
            appointment,
            &booking.manage_url,
            (Standing::Confirmed, now),
            clinic,
        ),
    }
}
