//! To a patient: the links to their appointments, which somebody has asked for.

use shared::{
    clinic::Clinic,
    outbox::{BookingLink, BookingLinks, Standing},
};

use super::{
    document::{Block, Draft, Fact, Link},
    parts::{call_us, noun, reference, what_and_when},
};

pub(super) fn write(links: &BookingLinks, clinic: &Clinic) -> Draft {
    let mut blocks = vec![Block::paragraph(
        "You asked us for the links to your visits and requests. Each link leads to a page where you can look at it or change it.",
    )];
    for booking in &links.bookings {
        blocks.extend(one(booking, clinic));
    }
    blocks.push(Block::Paragraph(call_us(
        "Any questions? Please call",
        clinic,
    )));
    blocks.push(Block::aside(
        "If you didn't ask for this email, you can ignore it. Nobody else has received these links.",
    ));
    Draft {
        subject: format!("Your visits at {}", clinic.name()),
        preview: "The links to your visits and requests.".to_owned(),
        headline: "Your visits and requests".to_owned(),
        blocks,
    }
}

fn one(booking: &BookingLink, clinic: &Clinic) -> [Block; 2] {
    let appointment = &booking.appointment;
    let mut facts = what_and_when(appointment, clinic);
    let status = match (booking.standing, booking.offered_until) {
        (_, Some(until)) => format!("Held for you until {}", clinic.spoken_time(until)),
        (Standing::Requested, None) => "Not confirmed yet".to_owned(),
        (Standing::Confirmed, None) => "Confirmed".to_owned(),
    };
    facts.push(Fact::new("Status", status));
    facts.push(reference(appointment));
    let noun = match booking.standing {
        Standing::Requested => "request",
        Standing::Confirmed => noun(appointment),
    };
    let open = Link::new(format!("View or change this {noun}"), &booking.manage_url);
    [Block::Card(facts), Block::Link(open)]
}
