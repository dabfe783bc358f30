//! To staff: a mail did not reach its reader.

use shared::{
    clinic::Clinic,
    outbox::{About, Audience, Kind, Person, Undelivered},
    reference::Reference,
};

use super::{
    document::{Block, Draft, Fact, Link, Words},
    parts::{call, mailto, what_and_when},
};

pub(super) fn write(mail: &Undelivered, clinic: &Clinic) -> Draft {
    let words = words(mail);
    let about = mail.reference.as_ref().map(Reference::as_str);
    let mut facts = Vec::new();
    facts.extend(mail.person.iter().flat_map(person));
    let appointment = mail.appointment.as_ref();
    facts.extend(
        appointment
            .into_iter()
            .flat_map(|it| what_and_when(it, clinic)),
    );
    facts.push(Fact::new("Reason", mail.reason.as_str()));
    facts.extend(mail.mail.as_deref().map(|id| Fact::new("Email", id)));
    facts.extend(about.map(|reference| Fact::new("Reference", reference)));
    let mut blocks = vec![Block::Paragraph(words.advice), Block::Card(facts)];
    let label = match mail.of.map(Kind::about) {
        Some(About::Booking) => "Open this visit",
        _ => "Read the message",
    };
    let review = page(mail);
    blocks.extend(review.map(|url| Block::button(label, url)));
    if mail.appointment.is_some() && review.is_some() {
        let since = "The visit may have changed since then. The button shows how it stands now.";
        blocks.push(Block::aside(since));
    }
    let about = about.map_or_else(String::new, |reference| format!(" ({reference})"));
    Draft {
        subject: format!("{}{about}", words.subject),
        preview: words.headline.clone(),
        headline: words.headline,
        blocks,
    }
}

/// What has happened, in a few words.
pub(super) fn headline(mail: &Undelivered) -> String {
    words(mail).headline
}

/// What it was about, and what staff do about it.
pub(super) fn advice(mail: &Undelivered) -> Words {
    words(mail).advice
}

/// Staff's page of the message or booking, if it is known.
pub(super) fn page(mail: &Undelivered) -> Option<&str> {
    let person = mail.person.as_ref();
    let theirs = person.and_then(|person| person.review_url.as_deref());
    mail.review_url.as_deref().or(theirs)
}

/// What has happened, and what staff do about it.
struct Wording {
    subject: String,
    headline: String,
    advice: Words,
}

fn words(mail: &Undelivered) -> Wording {
    match mail.of.map(|of| (of.audience(), of)) {
        Some((Audience::Visitor, of)) => to_visitor(mail, of),
        Some((Audience::Staff, of)) => to_staff(mail, of),
        None => Wording {
            subject: NOT_DELIVERED.to_owned(),
            headline: "An email has been waiting for three days".to_owned(),
            advice: "It is still waiting. Please tell your technical support.".into(),
        },
    }
}

const NOT_DELIVERED: &str = "We couldn't deliver an email";

fn to_visitor(mail: &Undelivered, of: Kind) -> Wording {
    if mail.is_complaint {
        return complaint(mail);
    }
    let news = news(of);
    let (who, advice) = if let Some(person) = &mail.person {
        (person.name.as_str(), call_them(person, news))
    } else {
        let who = match of.about() {
            About::Message => "a visitor",
            _ => "a patient",
        };
        let advice = format!(
            "{news} Please call them. Your technical support can look up their name and number."
        );
        (who, advice.into())
    };
    let subject = match &mail.person {
        Some(Person { phone: Some(_), .. }) => {
            format!("Please call {who}: our email did not arrive")
        }
        Some(_) => format!("We can't reach {who}: our email did not arrive"),
        None => format!("Please call: our email to {who} did not arrive"),
    };
    Wording {
        subject,
        headline: format!("We couldn't deliver an email to {who}"),
        advice,
    }
}

/// They got the mail and do not want it, or pressed the wrong button.
fn complaint(mail: &Undelivered) -> Wording {
    let person = mail.person.as_ref();
    let who = person.map_or("A patient", |person| person.name.as_str());
    let opening = "They got the email. We won't send them any more for now.";
    let advice = match person.and_then(|person| person.phone.as_ref()) {
        Some(phone) => Words::from(format!(
            "{opening} If they need to hear from us, please call them: "
        ))
        .link(Link::new(phone.as_str(), phone.tel()))
        .then("."),
        None => format!(
            "{opening} They left no phone number. If you know it and they need to hear from us, please call them."
        )
        .into(),
    };
    let headline = format!("{who} marked our email as spam");
    Wording {
        subject: headline.clone(),
        headline,
        advice,
    }
}

fn call_them(person: &Person, news: &str) -> Words {
    match &person.phone {
        Some(phone) => Words::from(format!("{news} Please call them: "))
            .link(Link::new(phone.as_str(), phone.tel()))
            .then("."),
        None => {
            format!("{news} They left no phone number. If you know it, please call them.").into()
        }
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

fn to_staff(mail: &Undelivered, of: Kind) -> Wording {
    let (headline, advice) = match (of.about(), &mail.review_url) {
        (About::Message, _) => (
            "You have a new message, but our email about it did not reach you",
            "The message is safe. Please read it with the button below.",
        ),
        (About::Booking, Some(_)) if of == Kind::BookingToStaff => (
            "A visit was booked, but our email about it did not reach you",
            "The booking is safe. Please look at it with the button below.",
        ),
        (About::Booking, Some(_)) => (
            "A visit has changed, but our email about it did not reach you",
            "The booking is safe. Please look at it with the button below.",
        ),
        (About::Booking, None) => (
            "A visit was booked, but our email about it did not reach you",
            "The booking is safe. Please ask your technical support for its details.",
        ),
        (About::Day | About::Mail, _) => (
            "An email to you did not arrive",
            "Please ask your technical support what it was about.",
        ),
    };
    Wording {
        subject: NOT_DELIVERED.to_owned(),
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
