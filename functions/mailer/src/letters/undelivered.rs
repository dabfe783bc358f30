//! To staff: a mail did not reach its reader.

use shared::{
    outbox::{About, Audience, Kind, Person, Undelivered},
    reference::Reference,
};

use super::{
    document::{Block, Draft, Fact, Link, Words},
    parts::{call, mailto},
};

pub(super) fn write(mail: &Undelivered) -> Draft {
    let words = words(mail);
    let about = mail.reference.as_ref().map(Reference::as_str);
    let mut facts = Vec::new();
    facts.extend(mail.person.iter().flat_map(person));
    facts.push(Fact::new("Because", mail.reason.as_str()));
    facts.extend(mail.mail.as_deref().map(|id| Fact::new("Mail", id)));
    facts.extend(about.map(|reference| Fact::new("Reference", reference)));
    let mut blocks = vec![Block::Paragraph(words.advice), Block::Card(facts)];
    let label = match mail.of.map(Kind::about) {
        Some(About::Booking) => "Open this visit",
        _ => "Read the message",
    };
    let theirs = mail.person.as_ref();
    let theirs = theirs.and_then(|person| person.review_url.as_ref());
    let review = mail.review_url.as_ref().or(theirs);
    blocks.extend(review.map(|url| Block::button(label, url)));
    let about = about.map_or_else(String::new, |reference| format!(" ({reference})"));
    Draft {
        subject: format!("{}{about}", words.subject),
        preview: words.headline.clone(),
        headline: words.headline,
        blocks,
    }
}

/// What has happened, and what staff do about it.
struct Said {
    subject: &'static str,
    headline: String,
    advice: Words,
}

fn words(mail: &Undelivered) -> Said {
    match mail.of.map(|of| (of.audience(), of)) {
        Some((Audience::Visitor, of)) => to_visitor(mail, of),
        Some((Audience::Staff, of)) => to_staff(mail, of),
        None => Said {
            subject: NOT_DELIVERED,
            headline: "A mail has waited for three days".to_owned(),
            advice: "It still waits. Please tell the people who look after this program.".into(),
        },
    }
}

const NOT_DELIVERED: &str = "A mail could not be delivered";

fn to_visitor(mail: &Undelivered, of: Kind) -> Said {
    let news = news(of);
    let (who, advice) = if let Some(person) = &mail.person {
        (person.name.as_str(), call_them(person, news))
    } else {
        let who = match of.about() {
            About::Message => "a visitor",
            _ => "a patient",
        };
        let advice = format!(
            "{news} Please call them. The people who look after this program can find out who it was and their number."
        );
        (who, advice.into())
    };
    Said {
        subject: "Please call: our mail did not arrive",
        headline: format!("We couldn't deliver a mail to {who}"),
        advice,
    }
}

fn call_them(person: &Person, news: &str) -> Words {
    match &person.phone {
        Some(phone) => Words::from(format!("{news} Please call them: "))
            .link(Link::new(phone.as_str(), phone.tel()))
            .then("."),
        None => format!(
            "{news} They left no phone number, and their address may be wrong. If you know their number, please call them."
        )
        .into(),
    }
}

/// What the mail would have told its reader.
fn news(of: Kind) -> &'static str {
    match of {
        Kind::MessageReceipt => "It said that we have their message.",
        Kind::BookingRequested => "It said that we have their request.",
        Kind::BookingConfirmed => "It said that their visit is confirmed.",
        Kind::BookingDeclined => "It said that we cannot see them at the time they asked for.",
        Kind::BookingProposed => "It asked them to choose one of the times that you proposed.",
        Kind::BookingMoved => "It said that their visit has a new time.",
        Kind::BookingCancelled => "It said that their visit is cancelled.",
        Kind::BookingExpired => "It said that we no longer hold a time for them.",
        Kind::BookingMustMove => "It asked them to choose another time for their visit.",
        Kind::BookingReminder => "It was to remind them of their visit.",
        Kind::BookingLinks => "It had the links to their visits, which they had asked for.",
        Kind::WaitlistJoined => "It said that they are on the waiting list.",
        Kind::WaitlistOffer => "It offered them a time that we hold for them.",
        _ => "",
    }
}

fn to_staff(mail: &Undelivered, of: Kind) -> Said {
    let (headline, advice) = match (of.about(), &mail.review_url) {
        (About::Message, _) => (
            "A message came in, and its mail to you did not arrive",
            "The message is safe. Please read it with the button below.",
        ),
        (About::Booking, Some(_)) => (
            "A visit was booked or has changed, and its mail to you did not arrive",
            "The booking is safe. Please look at it with the button below.",
        ),
        (About::Booking, None) => (
            "A visit was booked, and its mail to you did not arrive",
            "The booking is safe. Please ask the people who look after this program for its details.",
        ),
        (About::Quarantine | About::Mail, _) => (
            "A mail to you did not arrive",
            "Please ask the people who look after this program what it was about.",
        ),
    };
    Said {
        subject: NOT_DELIVERED,
        headline: headline.to_owned(),
        advice: advice.into(),
    }
}

/// Who did not get the mail, and how to reach them.
fn person(person: &Person) -> Vec<Fact> {
    let mut facts = vec![Fact::new("Name", person.name.as_str())];
    facts.extend(person.phone.as_ref().map(call));
    facts.extend(person.email.as_ref().map(mailto));
    facts
}
