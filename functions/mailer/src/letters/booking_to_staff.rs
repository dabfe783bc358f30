//! To staff: somebody asks for an appointment, or has booked one.

use shared::{
    clinic::Clinic,
    outbox::{BookingToStaff, Standing},
};

use super::{
    document::{Block, Draft, Fact},
    parts::{call, mailto, what_and_when},
};

pub(super) fn write(booking: &BookingToStaff, clinic: &Clinic) -> Draft {
    let appointment = &booking.appointment;
    let name = booking.name.as_str();
    let when = clinic.spoken_time(appointment.start);
    let (subject, opening) = match booking.standing {
        Standing::Requested => (
            format!("Appointment request: {when} ({})", appointment.reference),
            format!(
                "{name} asks for an appointment. The time is held. Reply to this mail or call to confirm it."
            ),
        ),
        Standing::Confirmed => (
            format!("New appointment: {when} ({})", appointment.reference),
            format!("{name} has booked an appointment."),
        ),
    };
    let mut facts = what_and_when(appointment, clinic);
    facts.extend([
        Fact::new("Patient", name),
        mailto(&booking.email),
        call(&booking.phone),
        Fact::new(
            "Was here before",
            if booking.returning { "yes" } else { "no" },
        ),
    ]);
    let mut blocks = vec![Block::Paragraph(opening), Block::Facts(facts)];
    blocks.extend(
        booking
            .reason
            .as_ref()
            .map(|reason| Block::Quote(reason.as_str().to_owned())),
    );
    Draft { subject, blocks }
}
