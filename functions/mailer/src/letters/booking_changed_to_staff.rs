//! To staff: something happened to a booking that they know of.

use shared::{
    clinic::Clinic,
    outbox::{BookingChangedToStaff, Change, Standing},
};

use super::{
    document::{Block, Draft, Fact},
    parts::{held, patient, room, what_and_when},
};

pub(super) fn write(booking: &BookingChangedToStaff, clinic: &Clinic) -> Draft {
    let appointment = &booking.appointment;
    let name = booking.name.as_str();
    let (subject, opening) = subject_and_opening(booking, clinic);
    let mut facts = what_and_when(appointment, clinic);
    facts.extend(room(booking.room.as_deref()));
    let before = booking.before.map(|before| clinic.spoken_time(before));
    facts.extend(before.map(|before| Fact::new("Previous time", before)));
    facts.extend(patient(
        name,
        booking.email.as_ref(),
        booking.phone.as_ref(),
    ));
    let mut blocks = vec![Block::Paragraph(opening), Block::Facts(facts)];
    let reason = booking.reason.as_ref();
    blocks.extend(reason.map(|reason| Block::Quote(reason.as_str().to_owned())));
    let label = match (booking.change, booking.standing) {
        _ if booking.reason_kept_back => "Read why they cancelled",
        (Change::Moved, Standing::Requested) => "Answer it",
        _ => "Open this appointment",
    };
    blocks.push(Block::Link {
        label: label.to_owned(),
        url: booking.review_url.clone(),
    });
    Draft { subject, blocks }
}

/// What the mail is called, and what it says first.
fn subject_and_opening(booking: &BookingChangedToStaff, clinic: &Clinic) -> (String, String) {
    let appointment = &booking.appointment;
    let (name, reference) = (booking.name.as_str(), &appointment.reference);
    let when = clinic.spoken_time(appointment.start);
    match (booking.change, booking.standing) {
        (Change::Accepted, _) => (
            format!("Appointment confirmed: {when} ({reference})"),
            format!("{name} has taken a time that you proposed. The appointment is confirmed."),
        ),
        (Change::Moved, Standing::Confirmed) => (
            format!("Appointment moved to {when} ({reference})"),
            format!("{name} has moved their appointment. The new time is confirmed."),
        ),
        (Change::Moved, Standing::Requested) => (
            format!("Appointment request moved to {when} ({reference})"),
            format!(
                "{name} has moved their request to another time. {}",
                held(booking.answer_by, clinic)
            ),
        ),
        (Change::Cancelled, Standing::Requested) => (
            format!("Request cancelled: {when} ({reference})"),
            format!("{name} has cancelled their request. It no longer holds its time."),
        ),
        (Change::Cancelled, Standing::Confirmed) => (
            format!("Appointment cancelled: {when} ({reference})"),
            format!("{name} has cancelled their appointment. It no longer holds its time."),
        ),
        (Change::Expired, _) if booking.proposed => (
            format!("Request expired: {when} ({reference})"),
            format!(
                "{name} did not choose one of the times that you proposed. The request has expired, and no longer holds its time. {}",
                told(booking)
            ),
        ),
        (Change::Expired, _) => (
            format!("Not answered in time: {when} ({reference})"),
            format!(
                "Nobody has answered the request of {name}. It has expired, and no longer holds its time. {}",
                told(booking)
            ),
        ),
    }
}

fn told(booking: &BookingChangedToStaff) -> &'static str {
    match booking.email {
        Some(_) => "The patient was told by mail.",
        None => "They left no email address: please call them.",
    }
}
