//! To staff: something happened to a booking that they know of.

use shared::{
    clinic::Clinic,
    outbox::{BookingChangedToStaff, Change, Standing},
};

use super::{
    document::{Block, Draft, Fact},
    parts::{held, in_short, noun, patient, reference, room, what_and_when},
};

/// What the mail is called, in a list of mails and above its text, and what it says first.
struct Opening {
    subject: &'static str,
    headline: String,
    words: String,
}

pub(super) fn write(booking: &BookingChangedToStaff, clinic: &Clinic) -> Draft {
    let appointment = &booking.appointment;
    let opening = opening(booking, clinic);
    let mut facts = what_and_when(appointment, clinic);
    let before = booking.before;
    let before = before.map(|before| clinic.spoken_time_there(before));
    facts.extend(before.map(|before| Fact::new("Earlier time", before)));
    facts.extend(room(booking.room.as_deref()));
    facts.extend(patient(
        booking.name.as_str(),
        booking.email.as_ref(),
        booking.phone.as_ref(),
    ));
    facts.push(reference(appointment));
    let mut blocks = vec![Block::paragraph(opening.words), Block::Card(facts)];
    let reason = booking.reason.as_ref();
    blocks.extend(reason.map(|reason| Block::Quote(reason.as_str().to_owned())));
    let label = match (booking.change, booking.standing) {
        _ if booking.reason_kept_back => "Read why they cancelled",
        (Change::Moved, Standing::Requested) => "Answer the request",
        _ => "Open this visit",
    };
    blocks.push(Block::button(label, &booking.review_url));
    let when = clinic.spoken_time_briefly(appointment.start);
    Draft {
        subject: format!("{}: {when} ({})", opening.subject, appointment.reference),
        preview: in_short(appointment, clinic),
        headline: opening.headline,
        blocks,
    }
}

fn opening(booking: &BookingChangedToStaff, clinic: &Clinic) -> Opening {
    let (name, noun) = (booking.name.as_str(), noun(&booking.appointment));
    let free = "The time is free again.";
    let (subject, headline, words) = match (booking.change, booking.standing) {
        (Change::Accepted, _) => (
            "Confirmed",
            format!("{name} took a time that you proposed"),
            format!("The {noun} is confirmed. You don't need to do anything."),
        ),
        (Change::Moved, Standing::Confirmed) => (
            "Moved",
            format!("{name} has moved their {noun}"),
            "The new time is confirmed. You don't need to do anything.".to_owned(),
        ),
        (Change::Moved, Standing::Requested) => (
            "Please answer: request moved",
            format!("{name} has moved their request"),
            held(booking.answer_by, clinic),
        ),
        (Change::Cancelled, Standing::Requested) => (
            "Request cancelled",
            format!("{name} has cancelled their request"),
            free.to_owned(),
        ),
        (Change::Cancelled, Standing::Confirmed) => (
            "Cancelled",
            format!("{name} has cancelled their {noun}"),
            free.to_owned(),
        ),
        (Change::Expired, _) if booking.proposed => (
            "No time chosen",
            format!("{name} chose none of the times that you proposed"),
            format!("The request has expired. {free} {}", told(booking)),
        ),
        (Change::Expired, _) => (
            "Not answered in time",
            format!("Nobody answered {name}'s request in time"),
            format!("The request has expired. {free} {}", told(booking)),
        ),
    };
    Opening {
        subject,
        headline,
        words,
    }
}

fn told(booking: &BookingChangedToStaff) -> &'static str {
    match booking.email {
        Some(_) => "The patient gets an email about it.",
        None => "They left no email address: please call them.",
    }
}
