//! What several letters have in common.

use jiff::Timestamp;
use shared::{
    clinic::{Clinic, Place},
    outbox::{Appointment, Standing},
    values::{EmailAddress, FreeText, PhoneNumber},
};

use super::document::{Block, Fact, Link, Signature, Words};

pub(super) fn signature(clinic: &Clinic) -> Signature {
    Signature {
        name: clinic.name().to_owned(),
        address: clinic.address().to_owned(),
        phone: number(clinic),
        hours: clinic.spoken_hours(),
    }
}

/// The clinic's phone number, which phones dial when it is pressed.
pub(super) fn number(clinic: &Clinic) -> Link {
    let phone = clinic.phone();
    Link::new(phone.as_str(), phone.tel())
}

/// A sentence that ends with the clinic's phone number.
pub(super) fn call_us(opening: &str, clinic: &Clinic) -> Words {
    Words::from(format!("{opening} "))
        .link(number(clinic))
        .then(".")
}

pub(super) fn mailto(email: &EmailAddress) -> Fact {
    Fact::linked("Email", email.as_str(), email.mailto())
}

pub(super) fn call(phone: &PhoneNumber) -> Fact {
    Fact::linked("Phone", phone.as_str(), phone.tel())
}

/// What patients and staff call an appointment.
pub(super) fn noun(appointment: &Appointment) -> &'static str {
    match appointment.place {
        Place::Clinic => "visit",
        Place::Phone => "call",
    }
}

/// The line that a list of mails shows: what, with whom, when.
pub(super) fn in_short(appointment: &Appointment, clinic: &Clinic) -> String {
    format!(
        "{} with {} on {}",
        appointment.service,
        appointment.practitioner,
        clinic.spoken_time(appointment.start)
    )
}

pub(super) fn what_and_when(appointment: &Appointment, clinic: &Clinic) -> Vec<Fact> {
    let minutes = appointment.end.duration_since(appointment.start).as_mins();
    vec![
        Fact::new("When", clinic.spoken_time_there(appointment.start)),
        Fact::new(
            "What",
            format!("{}, {minutes} minutes", appointment.service),
        ),
        Fact::new("With", appointment.practitioner.as_str()),
    ]
}

pub(super) fn reference(appointment: &Appointment) -> Fact {
    Fact::new("Reference", appointment.reference.as_str())
}

/// An appointment that a patient does not come to, or not yet: only what tells it apart.
pub(super) fn brief_card(appointment: &Appointment, clinic: &Clinic) -> Block {
    let mut facts = what_and_when(appointment, clinic);
    facts.push(reference(appointment));
    Block::Card(facts)
}

/// An appointment that a patient comes to: also where it is, what they bring, and what it costs.
fn whole_card(appointment: &Appointment, clinic: &Clinic) -> Block {
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
    if appointment.arrive_minutes > 0 {
        let arrive = format!("{} minutes before the start", appointment.arrive_minutes);
        facts.push(Fact::new("Please be here", arrive));
    }
    let bring = appointment.bring.as_deref();
    facts.extend(bring.map(|bring| Fact::new("Please bring", bring)));
    let price = appointment.price.as_deref();
    facts.extend(price.map(|price| Fact::new("Price", price)));
    facts.push(reference(appointment));
    Block::Card(facts)
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

/// A patient's mail about their appointment: the opening, what is booked and where, the link to their page, how to change
/// it, and what somebody does who did not book it.
pub(super) fn appointment_mail(
    opening: String,
    appointment: &Appointment,
    manage_url: &str,
    (standing, now): (Standing, Timestamp),
    clinic: &Clinic,
) -> Vec<Block> {
    let (label, changes) = changes(appointment, standing, now, clinic);
    vec![
        Block::paragraph(opening),
        whole_card(appointment, clinic),
        Block::button(label, manage_url),
        Block::Paragraph(changes),
        Block::Aside(not_you(appointment, clinic)),
    ]
}

/// The words of the button, and until when the patient can change or cancel it online. Of a request that is not said, since
/// it depends on when it is confirmed.
fn changes(
    appointment: &Appointment,
    standing: Standing,
    now: Timestamp,
    clinic: &Clinic,
) -> (String, Words) {
    let noun = match standing {
        Standing::Requested => "request",
        Standing::Confirmed => noun(appointment),
    };
    let change = format!("View or change your {noun}");
    if standing == Standing::Requested {
        let words =
            "You can change or cancel it online at any time while it is not confirmed, or call";
        return (change, call_us(words, clinic));
    }
    let until = appointment.start.checked_sub(clinic.booking().cancel_until);
    let until = until.unwrap_or(Timestamp::MIN);
    if until <= now {
        let call = call_us("To change or cancel it, please call", clinic);
        return (format!("View your {noun}"), call);
    }
    let until = clinic.spoken_time(until);
    let words = format!("You can change or cancel it online until {until} After that, please call");
    (change, call_us(&words, clinic))
}

fn not_you(appointment: &Appointment, clinic: &Clinic) -> Words {
    let noun = noun(appointment);
    let opening = format!(
        "If you didn't ask for this {noun}, somebody gave us your address by mistake. Please call"
    );
    Words::from(format!("{opening} "))
        .link(number(clinic))
        .then(", so that somebody else can have the time.")
}

/// What a patient does to find another time.
pub(super) fn another_time(manage_url: &str, clinic: &Clinic) -> [Block; 2] {
    [
        Block::button("Find another time", manage_url),
        Block::Paragraph(call_us("You can also call", clinic)),
    ]
}

/// Until when staff can answer a request.
pub(super) fn held(answer_by: Option<Timestamp>, clinic: &Clinic) -> String {
    match answer_by {
        Some(by) => format!(
            "We are holding the time until {} Please answer by then.",
            clinic.spoken_time(by)
        ),
        None => "We are holding the time until you answer.".to_owned(),
    }
}

/// What staff wrote to a patient.
pub(super) fn note(note: Option<&FreeText>) -> Vec<Block> {
    let Some(note) = note else {
        return Vec::new();
    };
    vec![
        Block::paragraph("A message from the clinic:"),
        Block::Quote(note.as_str().to_owned()),
    ]
}

/// How staff answer somebody who left an email address, or only a phone number.
pub(super) fn how_to_answer(email: Option<&EmailAddress>) -> &'static str {
    match email {
        Some(_) => "Reply to this email to answer.",
        None => "They left no email address, so they got no receipt: please call them.",
    }
}
