//! To a patient: the clinic cannot give them this appointment.

use shared::{clinic::Clinic, outbox::BookingDeclined};

use super::{
    document::{Block, Draft},
    parts::{hello, note, page_of, phone, what_and_when},
};

pub(super) fn write(booking: &BookingDeclined, clinic: &Clinic) -> Draft {
    let appointment = &booking.appointment;
    let opening = "We are sorry, but we cannot see you at the time you asked for. We no longer hold it for you.";
    let mut blocks = hello(opening);
    blocks.extend(note(booking.note.as_ref()));
    blocks.push(Block::Facts(what_and_when(appointment, clinic)));
    blocks.push(Block::Facts(vec![phone(
        "To find another time, call",
        clinic,
    )]));
    blocks.push(page_of(&booking.manage_url));
    Draft {
        subject: format!(
            "We cannot offer you this appointment ({})",
            appointment.reference
        ),
        blocks,
    }
}
