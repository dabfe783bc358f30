//! To a patient: the links to their appointments, which somebody has asked for.

use shared::{clinic::Clinic, outbox::BookingLinks};

use super::{
    document::{Block, Draft},
    parts::{hello, page_of, phone, what_and_when},
};

pub(super) fn write(links: &BookingLinks, clinic: &Clinic) -> Draft {
    let mut blocks = hello("Here are your appointments to come, each with the link to its page.");
    for booking in &links.bookings {
        blocks.push(Block::Facts(what_and_when(&booking.appointment, clinic)));
        blocks.push(page_of(&booking.manage_url));
    }
    blocks.push(Block::Paragraph(
        "If you did not ask for this mail, you need not do anything: only you have got these links."
            .to_owned(),
    ));
    blocks.push(Block::Facts(vec![phone("Any questions? Call", clinic)]));
    Draft {
        subject: format!("Your appointments at {}", clinic.name()),
        blocks,
    }
}
