//! To a patient: the practitioner is away at the time of their appointment, so they have to choose another.

use shared::{clinic::Clinic, outbox::BookingMustMove};

use super::{
    document::{Block, Draft},
    parts::{brief_card, call_us, noun},
};

pub(super) fn write(booking: &BookingMustMove, clinic: &Clinic) -> Draft {
    let appointment = &booking.appointment;
    let sorry = format!(
        "We are sorry: {} is away at the time that you booked, and cannot see you then.",
        appointment.practitioner
    );
    let when = clinic.spoken_time_briefly(appointment.start);
    Draft {
        subject: format!(
            "Please choose another time for your {} on {when}",
            noun(appointment)
        ),
        preview: sorry.clone(),
        headline: "Please choose another time".to_owned(),
        blocks: vec![
            Block::paragraph(format!(
                "{sorry} Please don't come at that time, and choose another one below."
            )),
            brief_card(appointment, clinic),
            Block::button("Choose another time", &booking.manage_url),
            Block::Paragraph(call_us("You can also call", clinic)),
        ],
    }
}
