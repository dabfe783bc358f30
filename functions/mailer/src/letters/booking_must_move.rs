//! To a patient: the practitioner is away at the time of their appointment, so they have to choose another.

use shared::{clinic::Clinic, outbox::BookingMustMove};

use super::{
    document::{Block, Draft},
    parts::{hello, phone, what_and_when},
};

pub(super) fn write(booking: &BookingMustMove, clinic: &Clinic) -> Draft {
    let appointment = &booking.appointment;
    let opening = format!(
        "We are sorry, but {} is away at the time you booked and cannot see you then. Please choose another time.",
        appointment.practitioner
    );
    let mut blocks = hello(&opening);
    blocks.push(Block::Link {
        label: "Choose another time".to_owned(),
        url: booking.manage_url.clone(),
    });
    blocks.push(Block::Facts(what_and_when(appointment, clinic)));
    blocks.push(Block::Facts(vec![phone("Or call us", clinic)]));
    let when = clinic.spoken_time(appointment.start);
    Draft {
        subject: format!("Please choose another time for your appointment on {when}"),
        blocks,
    }
}
