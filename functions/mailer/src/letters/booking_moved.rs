//! To a patient: they have moved their appointment.

use jiff::Timestamp;
use shared::{
    clinic::Clinic,
    outbox::{BookingMoved, Standing},
};

use super::{
    document::Draft,
    parts::{appointment_mail, in_short, noun},
};

pub(super) fn write(booking: &BookingMoved, clinic: &Clinic, now: Timestamp) -> Draft {
    let appointment = &booking.appointment;
    let when = clinic.spoken_time_briefly(appointment.start);
    let before = clinic.spoken_time(booking.before);
    let (noun, opening) = match booking.standing {
        Standing::Confirmed => {
            let opening = format!("The new time is confirmed. The earlier one was {before}");
            (noun(appointment), opening)
        }
        Standing::Requested => {
            let opening = format!(
                "We are holding the new time for you. It is not confirmed yet: we will email you as soon as it is. The earlier time was {before}"
            );
            ("request", opening)
        }
    };
    Draft {
        subject: format!("New time for your {noun}: {when}"),
        preview: in_short(appointment, clinic),
        headline: format!("Your {noun} has a new time"),
        blocks: appointment_mail(
            opening,
            appointment,
            &booking.manage_url,
            (booking.standing, now),
            clinic,
        ),
    }
}
