//! What several letters have in common.

use jiff::Timestamp;
use shared::{
    clinic::{Clinic, Place},
    outbox::{Appointment, Standing},
    values::{EmailAddress, FreeText, PhoneNumber},
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

/// Who the patient is and how to reach them, for staff.
pub(super) fn patient(
    name: &str,
    email: Option<&EmailAddress>,
    phone: Option<&PhoneNumber>,
) -> Vec<Fact> {
    let mut facts = vec![Fact::new("Patient", name)];
    facts.extend(email.map(mailto));
    facts.extend(phone.map(call));
    facts
}

/// The room that is held for an appointment, for staff.
pub(super) fn room(name: Option<&str>) -> Option<Fact> {
    name.map(|name| Fact::new("Room", name))
}

/// A patient's mail about their appointment: the opening, what is booked and where, how to change it, the link to their
/// page, and what somebody does who did not book it.
pub(super) fn appointment_mail(
    opening: &str,
    appointment: &Appointment,
    manage_url: &str,
    (standing, now): (Standing, Timestamp),
    clinic: &Clinic,
) -> Vec<Block> {
    let mut facts = what_and_when(appointment, clinic);
    let place = match appointment.place {
        Place::Clinic => format!("{}, {}", clinic.name(), clinic.address()),
        Place::Phone => "By phone: we will call you".to_owned(),
    };
    facts.push(Fact::new("Where", place));
    let directions = clinic
        .directions()
        .filter(|_| appointment.place == Place::Clinic);
    facts.extend(directions.map(|directions| Fact::new("How to find us", directions)));
    let bring = appointment.bring.as_deref();
    facts.extend(bring.map(|bring| Fact::new("Please bring", bring)));
    if appointment.arrive_minutes > 0 {
        let arrive = format!("{} minutes before the start", appointment.arrive_minutes);
        facts.push(Fact::new("Please be here", arrive));
    }
    let mut blocks = hello(opening);
    blocks.push(Block::Facts(facts));
    blocks.push(Block::Link {
        label: "View your appointment".to_owned(),
        url: manage_url.to_owned(),
    });
    blocks.push(Block::Facts(changes(appointment, standing, now, clinic)));
    blocks.push(Block::Paragraph(NOT_YOU.to_owned()));
    blocks
}

/// Until when the patient can change or cancel it online, which a request can be until it begins.
fn changes(
    appointment: &Appointment,
    standing: Standing,
    now: Timestamp,
    clinic: &Clinic,
) -> Vec<Fact> {
    let until = match standing {
        Standing::Requested => appointment.start,
        Standing::Confirmed => {
            let until = appointment.start.checked_sub(clinic.booking().cancel_until);
            until.unwrap_or(Timestamp::MIN)
        }
    };
    if until <= now {
        return vec![phone("To change or cancel it, call", clinic)];
    }
    let until = clinic.spoken_time(until);
    vec![
        Fact::new("Change or cancel it online until", until),
        phone("After that, call", clinic),
    ]
}

pub(super) fn hello(opening: &str) -> Vec<Block> {
    let paragraph = |text: &str| Block::Paragraph(text.to_owned());
    vec![paragraph("Hello,"), paragraph(opening)]
}

/// Until when staff can answer a request.
pub(super) fn held(answer_by: Option<Timestamp>, clinic: &Clinic) -> String {
    match answer_by {
        Some(by) => format!(
            "We hold the time until {} Please answer by then.",
            clinic.spoken_time(by)
        ),
        None => "We hold the time until you answer.".to_owned(),
    }
}

/// What staff wrote to a patient.
pub(super) fn note(note: Option<&FreeText>) -> Vec<Block> {
    let Some(note) = note else {
        return Vec::new();
    };
    vec![
        Block::Paragraph("A message from the clinic:".to_owned()),
        Block::Quote(note.as_str().to_owned()),
    ]
}

/// The link to a patient's page, where they see how things stand.
pub(super) fn page_of(manage_url: &str) -> Block {
    Block::Link {
        label: "View your appointment".to_owned(),
        url: manage_url.to_owned(),
    }
}

pub(super) fn phone(label: &'static str, clinic: &Clinic) -> Fact {
    let phone = clinic.phone();
    Fact::linked(label, phone.as_str(), phone.tel())
}

const NOT_YOU: &str = "If you did not ask for this appointment, somebody gave your address by mistake. Please call us, so that the time is free again.";

/// How staff answer somebody who left an email address, or only a phone number.
pub(super) fn how_to_answer(email: Option<&EmailAddress>) -> &'static str {
    match email {
        Some(_) => "Reply to this mail to answer.",
        None => "They left no email address, so they got no receipt: call to answer.",
    }
}
