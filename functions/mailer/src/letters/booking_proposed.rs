//! To a patient: the clinic asks them to choose another time.

use shared::{
    clinic::Clinic,
    outbox::{BookingProposed, ProposedStart},
};

use super::{
    document::{Block, Draft, Fact},
    parts::{brief_card, call_us, note},
};

pub(super) fn write(booking: &BookingProposed, clinic: &Clinic) -> Draft {
    let appointment = &booking.appointment;
    let opening = "We cannot see you at the time you asked for. Would one of these times work for you instead?";
    let fact = |proposed: &ProposedStart| {
        let when = clinic.spoken_time_there(proposed.start);
        let with = proposed.practitioner.as_ref();
        let with = with.map_or_else(String::new, |name| format!(", with {name}"));
        Fact::new("We propose", format!("{when}{with}"))
    };
    let mut blocks = vec![
        Block::paragraph(opening),
        Block::Card(booking.proposed.iter().map(fact).collect()),
    ];
    blocks.extend(note(booking.note.as_ref()));
    blocks.push(Block::button("Choose a time", &booking.manage_url));
    blocks.push(Block::paragraph(format!(
        "Please choose soon, because somebody else may take these times. If you choose none, your request ends on {}",
        clinic.spoken_time(booking.answer_by)
    )));
    let none = call_us("If none of these times works for you, please call", clinic);
    blocks.push(Block::Paragraph(none));
    blocks.push(Block::paragraph("You asked for:"));
    blocks.push(brief_card(appointment, clinic));
    let first = booking.proposed.first();
    let first = first.map(|first| clinic.spoken_time_briefly(first.start));
    Draft {
        subject: match first {
            Some(first) => format!("Please choose another time: {first}?"),
            None => "Please choose another time".to_owned(),
        },
        preview: opening.to_owned(),
        headline: "Please choose another time".to_owned(),
        blocks,
    }
}
