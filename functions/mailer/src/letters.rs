//! The letters: what each kind of mail says.
//!
//! Mails to visitors and patients repeat nothing that was typed into a form: whoever fills in somebody
//! else's address could otherwise send them anything in the clinic's name.

use shared::{
    clinic::Clinic,
    outbox::{
        Appointment, BookingToPatient, BookingToStaff, DigestLine, Letter, MessageReceipt,
        MessageToStaff, QuarantineDigest, Standing, Undelivered,
    },
    values::{EmailAddress, PhoneNumber},
};

use crate::document::{Block, Document, Fact};

/// Where an answer to the letter goes: to the visitor from staff, to staff from the visitor.
pub(crate) fn reply_to<'a>(letter: &'a Letter, clinic: &'a Clinic) -> &'a EmailAddress {
    match letter {
        Letter::MessageToStaff(message) => &message.email,
        Letter::BookingToStaff(booking) => &booking.email,
        Letter::MessageReceipt(_)
        | Letter::BookingToPatient(_)
        | Letter::QuarantineDigest(_)
        | Letter::Undelivered(_) => &clinic.mail.staff,
    }
}

/// Writes the letter.
pub(crate) fn write(letter: &Letter, clinic: &Clinic) -> Document {
    let (subject, blocks) = match letter {
        Letter::MessageToStaff(message) => message_to_staff(message, clinic),
        Letter::MessageReceipt(message) => message_receipt(message, clinic),
        Letter::BookingToStaff(booking) => booking_to_staff(booking, clinic),
        Letter::BookingToPatient(booking) => booking_to_patient(booking, clinic),
        Letter::QuarantineDigest(digest) => quarantine_digest(digest, clinic),
        Letter::Undelivered(mail) => undelivered(mail),
    };
    let signature = vec![
        clinic.name.clone(),
        clinic.address.clone(),
        clinic.phone.as_str().to_owned(),
    ];
    Document {
        subject,
        blocks,
        signature,
    }
}

fn message_to_staff(message: &MessageToStaff, clinic: &Clinic) -> (String, Vec<Block>) {
    let name = message.name.as_str();
    let mut facts = vec![Fact::new("From", name), mailto(&message.email)];
    facts.extend(message.phone.as_ref().map(call));
    facts.extend(
        message
            .topic
            .as_ref()
            .map(|topic| Fact::new("Topic", topic)),
    );
    facts.extend(message.page.as_ref().map(|page| page_of(page, clinic)));
    facts.push(Fact::new(
        "Waiting since",
        clinic.spoken_time(message.received_at),
    ));
    facts.push(Fact::new("Reference", message.reference.as_str()));
    let read = match message.message {
        Some(_) => "",
        None => " The link below leads to the message.",
    };
    let mut blocks = vec![
        Block::Paragraph(format!(
            "{name} wrote through the contact form.{read} Reply to this mail to answer."
        )),
        Block::Facts(facts),
    ];
    let link = match &message.message {
        Some(text) => {
            blocks.push(Block::Quote(text.as_str().to_owned()));
            "Mark it as done"
        }
        None => "Read the message, and mark it as done",
    };
    blocks.push(Block::Link {
        label: link.to_owned(),
        url: message.review_url.clone(),
    });
    (
        format!("Message from {name} ({})", message.reference),
        blocks,
    )
}

fn message_receipt(message: &MessageReceipt, clinic: &Clinic) -> (String, Vec<Block>) {
    let thanks = format!(
        "Thank you for writing to {}. Your message arrived on {}, and we will get back to you as soon as possible.",
        clinic.name,
        clinic.spoken_time(message.received_at)
    );
    let not_you = "If you did not write to us, somebody gave your address by mistake: there is nothing you need to do.";
    let blocks = vec![
        Block::Paragraph("Hello,".to_owned()),
        Block::Paragraph(thanks),
        Block::Facts(vec![
            Fact::new("Your reference", message.reference.as_str()),
            Fact::linked(
                "If it cannot wait, call",
                clinic.phone.as_str(),
                clinic.phone.tel(),
            ),
        ]),
        Block::Paragraph(not_you.to_owned()),
    ];
    (
        format!("We have your message ({})", message.reference),
        blocks,
    )
}

fn undelivered(mail: &Undelivered) -> (String, Vec<Block>) {
    let (what, advice) = match mail.of.as_str() {
        "message_to_staff" => (
            "A message came in, and the mail that tells you of it",
            "The message is safe: the link below leads to it.",
        ),
        "message_receipt" => (
            "The receipt to somebody who wrote to you",
            "Their address may be wrong: when you answer, call them if they left a number.",
        ),
        "booking_to_staff" => (
            "An appointment was booked, and the mail that tells you of it",
            "The booking stands. Please ask whoever looks after this program for its details.",
        ),
        _ => (
            "The mail to a patient about their appointment",
            "Their address may be wrong: please call them.",
        ),
    };
    let mut blocks = vec![
        Block::Paragraph(format!("{what} could not be delivered. {advice}")),
        Block::Facts(vec![
            Fact::new("Reference", mail.reference.as_str()),
            Fact::new("Because", mail.reason.as_str()),
        ]),
    ];
    blocks.extend(mail.review_url.as_ref().map(|url| Block::Link {
        label: "Read the message, and mark it as done".to_owned(),
        url: url.clone(),
    }));
    (
        format!("A mail could not be delivered ({})", mail.reference),
        blocks,
    )
}

fn quarantine_digest(digest: &QuarantineDigest, clinic: &Clinic) -> (String, Vec<Block>) {
    let messages = match digest.waiting {
        1 => "1 message".to_owned(),
        waiting => format!("{waiting} messages"),
    };
    let verb = if digest.waiting == 1 { "waits" } else { "wait" };
    let opening = format!(
        "{messages} {verb} in quarantine, {} of them new since the digest before. The senders were told that we have \
         what they wrote. Please look at each: what is from a person goes on its way when you release it.",
        digest.fresh
    );
    let mut blocks = vec![Block::Paragraph(opening)];
    for line in &digest.lines {
        blocks.extend(digest_line(line, clinic));
    }
    let (part, last) = (digest.part + 1, digest.part + 1 == digest.parts);
    if last && digest.left_out > 0 {
        blocks.push(Block::Paragraph(format!(
            "{} older ones do not fit in here: they follow when these are decided.",
            digest.left_out
        )));
    }
    let day = clinic.local_date(digest.until).strftime("%A, %B %-d");
    let part = match digest.parts {
        0 | 1 => String::new(),
        parts => format!(" (mail {part} of {parts})"),
    };
    (format!("In quarantine on {day}: {messages}{part}"), blocks)
}

fn digest_line(line: &DigestLine, clinic: &Clinic) -> [Block; 2] {
    let mut facts = vec![
        Fact::new("Message", line.reference.as_str()),
        Fact::new("Waiting since", clinic.spoken_time(line.received_at)),
    ];
    facts.extend(line.topic.as_ref().map(|topic| Fact::new("Topic", topic)));
    facts.push(Fact::new("Because", line.reasons.join("; ")));
    let look = Block::Link {
        label: "Look at it and decide".to_owned(),
        url: line.review_url.clone(),
    };
    [Block::Facts(facts), look]
}

fn booking_to_staff(booking: &BookingToStaff, clinic: &Clinic) -> (String, Vec<Block>) {
    let appointment = &booking.appointment;
    let name = booking.name.as_str();
    let when = clinic.spoken_time(appointment.start);
    let (subject, opening) = match appointment.standing {
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
    (subject, blocks)
}

fn booking_to_patient(booking: &BookingToPatient, clinic: &Clinic) -> (String, Vec<Block>) {
    let appointment = &booking.appointment;
    let (subject, opening) = match appointment.standing {
        Standing::Requested => (
            format!(
                "We have your request for an appointment ({})",
                appointment.reference
            ),
            "Thank you. The time below is held for you, and we will write to you as soon as we have confirmed it.",
        ),
        Standing::Confirmed => (
            format!(
                "Your appointment on {}",
                clinic.spoken_time(appointment.start)
            ),
            "Thank you. Your appointment is confirmed.",
        ),
    };
    let mut facts = what_and_when(appointment, clinic);
    facts.push(Fact::new(
        "Where",
        format!("{}, {}", clinic.name, clinic.address),
    ));
    let change = Fact::linked(
        "To change or cancel it, call",
        clinic.phone.as_str(),
        clinic.phone.tel(),
    );
    let blocks = vec![
        Block::Paragraph("Hello,".to_owned()),
        Block::Paragraph(opening.to_owned()),
        Block::Facts(facts),
        Block::Facts(vec![change]),
        Block::Link {
            label: "Your page of this appointment".to_owned(),
            url: booking.manage_url.clone(),
        },
    ];
    (subject, blocks)
}

/// A link only to the clinic's own website: the sender chose the address.
fn page_of(page: &str, clinic: &Clinic) -> Fact {
    let rest = page.strip_prefix(clinic.website.as_str());
    if rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/')) {
        Fact::linked("Page", page, page.to_owned())
    } else {
        Fact::new("Page", page)
    }
}

fn mailto(email: &EmailAddress) -> Fact {
    Fact::linked(
        "Email",
        email.as_str(),
        format!("mailto:{}", email.as_str()),
    )
}

fn call(phone: &PhoneNumber) -> Fact {
    Fact::linked("Phone", phone.as_str(), phone.tel())
}

fn what_and_when(appointment: &Appointment, clinic: &Clinic) -> Vec<Fact> {
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
