//! To a patient: their appointment is cancelled.

use shared::{clinic::Clinic, outbox::BookingCancelled};

use super::{
    document::{Block, Draft},
    parts::{another_time, brief_card, call_us, in_short, noun},
};

pub(super) fn write(booking: &BookingCancelled, clinic: &Clinic) -> Draft {
    let appointment = &booking.appointment;
    let noun = noun(appointment);
    let mut blocks = vec![
        Block::paragraph("You don't need to do anything else."),
        brief_card(appointment, clinic),
    ];
    blocks.extend(another_time(&booking.manage_url, clinic));
    let not_you = call_us("If you didn't cancel it, please call", clinic);
    blocks.push(Block::Aside(not_you));
    let when = clinic.spoken_time_briefly(appointment.start);
    Draft {
        subject: format!("Cancelled: your {noun} on {when}"),
        preview: in_short(appointment, clinic),
        headline: format!("Your {noun} is cancelled"),
        blocks,
    }
}
