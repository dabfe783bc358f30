//! To staff: somebody asks for an appointment, or has booked one.

use shared::{
    clinic::Clinic,
    outbox::{BookingToStaff, Standing},
};

use super::{
    document::{Block, Draft, Fact},
    parts::{held, in_short, noun, patient, reference, room, what_and_when},
};

pub(super) fn write(booking: &BookingToStaff, clinic: &Clinic) -> Draft {
    let appointment = &booking.appointment;
    let (name, noun) = (booking.name.as_str(), noun(appointment));
    let when = clinic.spoken_time_briefly(appointment.start);
    let number = &appointment.reference;
    let (subject, headline, opening) = match booking.standing {
        Standing::Requested => {
            let call = match booking.email {
                Some(_) => "",
                None => {
                    " They left no email address, so they got no receipt: please call them, then confirm."
                }
            };
            (
                format!("Please answer: request for {when} ({number})"),
                format!("{name} asks for a {noun}"),
                format!("{}{call}", held(booking.answer_by, clinic)),
            )
        }
        Standing::Confirmed => (
            format!("New {noun}: {when} ({number})"),
            format!("{name} has booked a {noun}"),
            "You don't need to do anything.".to_owned(),
        ),
    };
    let mut blocks = vec![
        Block::Paragraph(opening.into()),
        Block::Card(facts(booking, clinic)),
    ];
    let reason = booking.reason.as_ref();
    blocks.extend(reason.map(|reason| Block::Quote(reason.as_str().to_owned())));
    let review = booking.review_url.as_ref();
    blocks.extend(review.map(|url| Block::button(label(booking), url)));
    Draft {
        subject,
        preview: in_short(appointment, clinic),
        headline,
        blocks,
    }
}

fn facts(booking: &BookingToStaff, clinic: &Clinic) -> Vec<Fact> {
    let mut facts = what_and_when(&booking.appointment, clinic);
    facts.extend(room(booking.room.as_deref()));
    facts.extend(patient(
        booking.name.as_str(),
        booking.email.as_ref(),
        booking.phone.as_ref(),
    ));
    let before = if booking.returning { "Yes" } else { "No" };
    facts.push(Fact::new("Been here before", before));
    if !booking.suspicions.is_empty() {
        let look = booking.suspicions.join("; ");
        facts.push(Fact::new("Please check", look));
    }
    facts.push(reference(&booking.appointment));
    facts
}

/// The words of the link to staff's page.
fn label(booking: &BookingToStaff) -> &'static str {
    match (booking.standing, booking.reason_kept_back) {
        (Standing::Requested, true) => "Read the reason and answer",
        (Standing::Requested, false) => "Answer the request",
        (Standing::Confirmed, true) => "Read the reason for the visit",
        (Standing::Confirmed, false) => "Open this visit",
    }
}
