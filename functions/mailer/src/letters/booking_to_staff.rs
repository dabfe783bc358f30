//! To staff: somebody asks for an appointment, or has booked one.

use shared::{
    clinic::Clinic,
    outbox::{BookingToStaff, Standing},
};

use super::{
    document::{Block, Draft, Fact},
    parts::{held, patient, room, what_and_when},
};

pub(super) fn write(booking: &BookingToStaff, clinic: &Clinic) -> Draft {
    let appointment = &booking.appointment;
    let name = booking.name.as_str();
    let when = clinic.spoken_time(appointment.start);
    let (subject, opening) = match booking.standing {
        Standing::Requested => {
            let how = match booking.email {
                Some(_) => "Use the link below to confirm it, decline it or propose other times.",
                None => {
                    "They left no email address, so they got no receipt. Call them, then confirm the appointment with the link below."
                }
            };
            (
                format!("Appointment request: {when} ({})", appointment.reference),
                format!(
                    "{name} asks for an appointment. {} {how}",
                    held(booking.answer_by, clinic)
                ),
            )
        }
        Standing::Confirmed => (
            format!("New appointment: {when} ({})", appointment.reference),
            format!("{name} has booked an appointment."),
        ),
    };
    let mut facts = what_and_when(appointment, clinic);
    facts.extend(room(booking.room.as_deref()));
    facts.extend(patient(
        name,
        booking.email.as_ref(),
        booking.phone.as_ref(),
    ));
    let before = if booking.returning { "yes" } else { "no" };
    facts.push(Fact::new("Been here before", before));
    if !booking.suspicions.is_empty() {
        let look = booking.suspicions.join("; ");
        facts.push(Fact::new("Please check", look));
    }
    let mut blocks = vec![Block::Paragraph(opening), Block::Facts(facts)];
    blocks.extend(
        booking
            .reason
            .as_ref()
            .map(|reason| Block::Quote(reason.as_str().to_owned())),
    );
    blocks.extend(booking.review_url.as_ref().map(|url| Block::Link {
        label: label(booking).to_owned(),
        url: url.clone(),
    }));
    Draft { subject, blocks }
}

/// The words of the link to staff's page.
fn label(booking: &BookingToStaff) -> &'static str {
    match (booking.standing, booking.reason_kept_back) {
        (Standing::Requested, true) => "Answer it, and read the reason for the visit",
        (Standing::Requested, false) => "Answer it",
        (Standing::Confirmed, true) => "Read the reason for the visit",
        (Standing::Confirmed, false) => "Open this appointment",
    }
}
