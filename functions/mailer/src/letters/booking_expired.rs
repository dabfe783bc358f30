//! To a patient: their request was not answered in time, or they took none of the times that were proposed.

use shared::{clinic::Clinic, outbox::BookingExpired};

use super::{
    document::{Block, Draft},
    parts::{another_time, brief_card, call_us},
};

pub(super) fn write(booking: &BookingExpired, clinic: &Clinic) -> Draft {
    let appointment = &booking.appointment;
    let when = clinic.spoken_time_briefly(appointment.start);
    let (subject, headline, opening) = if booking.offered {
        (
            format!("No longer held for you: {when}"),
            "We no longer hold this time for you",
            "The time to answer has passed. You are still on our waiting list, and we will email you when another time is free.",
        )
    } else if booking.proposed {
        (
            format!("Your request has ended: {when}"),
            "Your request has ended",
            "The time to choose has passed, so we are no longer holding the time you first asked for. We would still be glad to see you.",
        )
    } else {
        (
            format!("We could not answer in time: {when}"),
            "We could not answer in time",
            "We are sorry: nobody was able to answer your request in time, so we are no longer holding this time for you. We would still be glad to see you.",
        )
    };
    let mut blocks = vec![Block::paragraph(opening), brief_card(appointment, clinic)];
    if booking.offered {
        blocks.push(Block::Paragraph(call_us(
            "Any questions? Please call",
            clinic,
        )));
    } else {
        blocks.extend(another_time(&booking.manage_url, clinic));
    }
    Draft {
        subject,
        preview: opening.to_owned(),
        headline: headline.to_owned(),
        blocks,
    }
}
