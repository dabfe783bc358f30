//! To a patient: the links to their appointments, which somebody has asked for.

use shared::{
    clinic::Clinic,
    outbox::{BookingLinks, Standing},
};

use super::{
    document::{Block, Draft, Fact},
    parts::{hello, page_of, phone, what_and_when},
};

pub(super) fn write(links: &BookingLinks, clinic: &Clinic) -> Draft {
    let mut blocks = hello("These are your upcoming appointments and requests.");
    for booking in &links.bookings {
        let mut facts = what_and_when(&booking.appointment, clinic);
        match (booking.standing, booking.offered_until) {
            (_, Some(until)) => {
                facts.push(Fact::new("Held for you until", clinic.spoken_time(until)));
            }
            (Standing::Requested, None) => facts.push(Fact::new("Status", "Not confirmed yet")),
            (Standing::Confirmed, None) => {}
        }
        blocks.push(Block::Facts(facts));
        blocks.push(page_of(&booking.manage_url));
    }
    blocks.push(Block::Paragraph(
        "If you did not ask for this mail, you can ignore it: the links were sent only to you."
            .to_owned(),
    ));
    blocks.push(Block::Facts(vec![phone("Any questions? Call", clinic)]));
    Draft {
        subject: format!("Your appointments at {}", clinic.name()),
        blocks,
    }
}
