//! To a patient: the clinic cannot give them this appointment.

use shared::{clinic::Clinic, outbox::BookingDeclined};

use super::{
    document::{Block, Draft},
    parts::{another_time, brief_card, note},
};

pub(super) fn write(booking: &BookingDeclined, clinic: &Clinic) -> Draft {
    let appointment = &booking.appointment;
    let when = clinic.spoken_time_briefly(appointment.start);
    let sorry = "We are sorry: we cannot see you at the time you asked for. We would be glad to see you at another time.";
    let mut blocks = vec![Block::paragraph(sorry)];
    blocks.extend(note(booking.note.as_ref()));
    blocks.push(brief_card(appointment, clinic));
    blocks.extend(another_time(&booking.manage_url, clinic));
    Draft {
        subject: format!("We cannot see you on {when}"),
        preview: "We would be glad to see you at another time.".to_owned(),
        headline: "We cannot see you at this time".to_owned(),
        blocks,
    }
}
