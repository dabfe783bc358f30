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
    let answer = how_to_answer(message.email.as_ref());
    let read = match message.message {
        Some(_) => "",
        None => " The link below leads to the message.",
    };
    let mut blocks = vec![
        Block::Paragraph(format!(
            "{name} wrote through the contact form.{read} {answer}"
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
    Draft {
        subject: format!("Message from {name} ({})", message.reference),
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
