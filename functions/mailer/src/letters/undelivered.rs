//! To staff: a mail could not be delivered.

use shared::{
    outbox::{About, Audience, Kind, Undelivered},
    reference::Reference,
};

use super::document::{Block, Draft, Fact};

pub(super) fn write(mail: &Undelivered) -> Draft {
    let (what, advice) = match (mail.of, &mail.review_url) {
        (Some(Kind::BookingToStaff), Some(_)) => BOOKED,
        (Some(Kind::BookingChangedToStaff), Some(_)) => CHANGED,
        (Some(of), _) => what_and_advice(of.audience(), of.about()),
        (None, _) => UNKNOWN,
    };
    let about = mail.reference.as_ref().map(Reference::as_str);
    let mut facts = Vec::new();
    facts.extend(about.map(|reference| Fact::new("Reference", reference)));
    facts.extend(mail.mail.as_deref().map(|id| Fact::new("Mail", id)));
    facts.push(Fact::new("Because", mail.reason.as_str()));
    let mut blocks = vec![
        Block::paragraph(format!("{what} could not be delivered. {advice}")),
        Block::Card(facts),
    ];
    let label = match mail.of.map(Kind::about) {
        Some(About::Booking) => "Open this visit",
        _ => "Read the message",
    };
    let review = mail.review_url.as_ref();
    blocks.extend(review.map(|url| Block::button(label, url)));
    let about = about.map_or_else(String::new, |reference| format!(" ({reference})"));
    Draft {
        subject: format!("A mail could not be delivered{about}"),
        preview: advice.to_owned(),
        headline: "A mail could not be delivered".to_owned(),
        blocks,
    }
}

const BOOKED: (&str, &str) = (
    "A visit was booked, and the mail that tells you of it",
    "The booking is valid: the button below leads to it.",
);

const CHANGED: (&str, &str) = (
    "A visit has changed, and the mail that tells you about it",
    "The button below shows the visit as it is now.",
);

const UNKNOWN: (&str, &str) = (
    "A mail that has waited for three days",
    "It still waits. Please tell the people who look after this program.",
);

/// What the mail was, and what staff do about it.
fn what_and_advice(audience: Audience, about: About) -> (&'static str, &'static str) {
    match (audience, about) {
        (Audience::Staff, About::Message) => (
            "A message came in, and the mail that tells you of it",
            "The message is safe: the button below leads to it.",
        ),
        (Audience::Visitor, About::Message) => (
            "The receipt to somebody who wrote to you",
            "Their address may be wrong: when you answer, call them if they left a number.",
        ),
        (Audience::Staff, About::Booking) => (
            "A visit was booked, and the mail that tells you of it",
            "The booking is valid. Please ask the people who look after this program for its details.",
        ),
        (Audience::Visitor, About::Booking) => (
            "The mail to a patient about their visit",
            "Their address may be wrong: please call them. `frontdesk agenda` and `frontdesk export` show their number, if they left one.",
        ),
        (Audience::Staff | Audience::Visitor, About::Quarantine | About::Mail) => (
            "A mail",
            "Please ask the people who look after this program what it was about.",
        ),
    }
}
