//! To a patient: the clinic did not answer their request in time.

use shared::{clinic::Clinic, outbox::BookingExpired};

use super::{
    document::{Block, Draft},
    parts::{hello, page_of, phone, what_and_when},
};

pub(super) fn write(booking: &BookingExpired, clinic: &Clinic) -> Draft {
    let appointment = &booking.appointment;
    let opening = "We are sorry: nobody could answer your request in time, and the time below is no longer held for you. Please choose another one, or call us.";
    let mut blocks = hello(opening);
    blocks.push(Block::Facts(what_and_when(appointment, clinic)));
    blocks.push(Block::Facts(vec![phone("Call", clinic)]));
    blocks.push(page_of(&booking.manage_url));
    Draft {
        subject: format!("Your request has expired ({})", appointment.reference),
        blocks,
    }
}
