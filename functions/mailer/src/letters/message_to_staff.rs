//! To staff: somebody wrote through the contact form.

use shared::{clinic::Clinic, outbox::MessageToStaff};

use super::{
    document::{Block, Draft, Fact},
    parts::{call, how_to_answer, mailto},
};

pub(super) fn write(message: &MessageToStaff, clinic: &Clinic) -> Draft {
    let name = message.name.as_str();
    let mut facts = vec![Fact::new("From", name)];
    facts.extend(message.email.as_ref().map(mailto));
    facts.extend(message.phone.as_ref().map(call));
    let topic = message.topic.as_deref();
    facts.extend(topic.map(|topic| Fact::new("Topic", topic)));
    facts.extend(message.page.as_ref().map(|page| page_of(page, clinic)));
    facts.push(Fact::new(
        "Received",
        clinic.spoken_time_there(message.received_at),
    ));
    facts.push(Fact::new("Reference", message.reference.as_str()));
    let answer = how_to_answer(message.email.as_ref());
    let (read, label) = match message.message {
        Some(_) => ("", "Mark it as done"),
        None => ("The button leads to the message. ", "Read the message"),
    };
    let mut blocks = vec![Block::paragraph(format!("{read}{answer}"))];
    let text = message.message.as_ref();
    blocks.extend(text.map(|text| Block::Quote(text.as_str().to_owned())));
    blocks.push(Block::Card(facts));
    blocks.push(Block::button(label, &message.review_url));
    let about = topic.map_or_else(String::new, |topic| format!(": {topic}"));
    Draft {
        subject: format!("Message from {name}{about} ({})", message.reference),
        preview: answer.to_owned(),
        headline: format!("{name} wrote to you"),
        blocks,
    }
}

/// The page that the form was on. It is a link only to the clinic's own website, since the sender chose the
/// address.
fn page_of(page: &str, clinic: &Clinic) -> Fact {
    let rest = page.strip_prefix(clinic.website());
    if rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/')) {
        Fact::linked("Page", page, page.to_owned())
    } else {
        Fact::new("Page", page)
    }
}
