//! To a patient: the clinic asks them to choose another time.

use shared::{clinic::Clinic, outbox::BookingProposed};

use super::{
    document::{Block, Draft, Fact},
    parts::{hello, note, phone, what_and_when},
};

pub(super) fn write(booking: &BookingProposed, clinic: &Clinic) -> Draft {
    let appointment = &booking.appointment;
    let opening = "We cannot see you at the time you asked for. Would one of these times work?";
    let proposed = booking.proposed.iter().map(|proposed| {
        let when = clinic.spoken_time(proposed.start);
        let with = proposed.practitioner.as_ref();
        let with = with.map_or_else(String::new, |name| format!(", with {name}"));
        Fact::new("Proposed", format!("{when}{with}"))
    });
    let mut blocks = hello(opening);
    blocks.push(Block::Facts(proposed.collect()));
    blocks.extend(note(booking.note.as_ref()));
    blocks.push(Block::Link {
        label: "Choose a time".to_owned(),
        url: booking.manage_url.clone(),
    });
    blocks.push(Block::Paragraph(format!(
        "We do not hold the proposed times, so please choose soon. We hold the time you asked for until you choose, or until {}",
        clinic.spoken_time(booking.answer_by)
    )));
    blocks.push(Block::Paragraph("You asked for:".to_owned()));
    blocks.push(Block::Facts(what_and_when(appointment, clinic)));
    blocks.push(Block::Facts(vec![phone(
        "If none of them suits you, call",
        clinic,
    )]));
    Draft {
        subject: format!("Please choose another time ({})", appointment.reference),
        blocks,
    }
}
