//! To a patient: their request was not answered in time, or they took none of the times that were proposed.

use shared::{clinic::Clinic, outbox::BookingExpired};

use super::{
    document::{Block, Draft},
    parts::{hello, page_of, phone, what_and_when},
};

pub(super) fn write(booking: &BookingExpired, clinic: &Clinic) -> Draft {
    let appointment = &booking.appointment;
    let opening = if booking.offered {
        "We no longer hold the time below for you. You stay on our waiting list for other times."
    } else if booking.proposed {
        "You did not choose one of the times that we proposed, so your request has expired. We no longer hold the time below for you."
    } else {
        "We are sorry: nobody could answer your request in time. We no longer hold the time below for you."
    };
    let subject = if booking.offered {
        format!(
            "We no longer hold this time for you ({})",
            appointment.reference
        )
    } else {
        format!("Your request has expired ({})", appointment.reference)
    };
    let mut blocks = hello(opening);
    blocks.push(Block::Facts(what_and_when(appointment, clinic)));
    blocks.push(Block::Facts(vec![phone(
        "To find another time, call",
        clinic,
    )]));
    if !booking.offered {
        blocks.push(page_of(&booking.manage_url));
    }
    Draft { subject, blocks }
}
