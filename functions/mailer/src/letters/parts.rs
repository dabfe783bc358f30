//! What several letters have in common.

use shared::{
    clinic::Clinic,
    outbox::Appointment,
    values::{EmailAddress, PhoneNumber},
};

use super::document::{Block, Fact};

pub(super) fn signature(clinic: &Clinic) -> Vec<String> {
    vec![
        clinic.name().to_owned(),
        clinic.address().to_owned(),
        clinic.phone().as_str().to_owned(),
    ]
}

pub(super) fn mailto(email: &EmailAddress) -> Fact {
    Fact::linked("Email", email.as_str(), email.mailto())
}

pub(super) fn call(phone: &PhoneNumber) -> Fact {
    Fact::linked("Phone", phone.as_str(), phone.tel())
}

pub(super) fn what_and_when(appointment: &Appointment, clinic: &Clinic) -> Vec<Fact> {
    let minutes = appointment.end.duration_since(appointment.start).as_mins();
    vec![
        Fact::new("When", clinic.spoken_time(appointment.start)),
        Fact::new(
            "What",
            format!("{}, {minutes} minutes", appointment.service),
        ),
        Fact::new("With", appointment.practitioner.as_str()),
        Fact::new("Reference", appointment.reference.as_str()),
    ]
}

/// A patient's mail about their appointment: the opening, what is booked and where, how to change it, the link to their
/// page, and what somebody does who did not book it.
pub(super) fn appointment_mail(
    opening: &str,
    appointment: &Appointment,
    manage_url: &str,
    clinic: &Clinic,
) -> Vec<Block> {
    let place = format!("{}, {}", clinic.name(), clinic.address());
    let mut facts = what_and_when(appointment, clinic);
    facts.push(Fact::new("Where", place));
    let phone = clinic.phone();
    let change = Fact::linked("To change or cancel it, call", phone.as_str(), phone.tel());
    vec![
        Block::Paragraph("Hello,".to_owned()),
        Block::Paragraph(opening.to_owned()),
        Block::Facts(facts),
        Block::Facts(vec![change]),
        Block::Link {
            label: "Your page of this appointment".to_owned(),
            url: manage_url.to_owned(),
        },
        Block::Paragraph(NOT_YOU.to_owned()),
    ]
}

const NOT_YOU: &str = "If you did not ask for this appointment, somebody gave your address by mistake. Please call us, so that the time is free again.";

/// How staff answer somebody who left an email address, or only a phone number.
pub(super) fn how_to_answer(email: Option<&EmailAddress>) -> &'static str {
    match email {
        Some(_) => "Reply to this mail to answer.",
        None => "They left no email address, so they got no receipt: call to answer.",
    }
}
