//! To a patient: their appointment is cancelled.

use shared::{clinic::Clinic, outbox::BookingCancelled};

use super::{
    document::{Block, Draft},
    parts::{hello, page_of, phone, what_and_when},
};

pub(super) fn write(booking: &BookingCancelled, clinic: &Clinic) -> Draft {
    let appointment = &booking.appointment;
    let mut blocks = hello("Your appointment is cancelled, and you need not do anything else.");
    blocks.push(Block::Facts(what_and_when(appointment, clinic)));
    blocks.push(Block::Facts(vec![phone(
        "If you did not cancel it, call",
        clinic,
    )]));
    blocks.push(page_of(&booking.manage_url));
    let when = clinic.spoken_time(appointment.start);
    Draft {
        subject: format!("Cancelled: your appointment on {when}"),
        blocks,
    }
}
