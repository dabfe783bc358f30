//! To staff: the day's list of messages in quarantine.

use shared::{
    clinic::Clinic,
    outbox::{Digest, DigestLine},
};

use super::document::{Block, Draft, Fact, Link};

pub(super) fn write(digest: &Digest, clinic: &Clinic) -> Draft {
    let messages = match digest.waiting {
        1 => "1 message".to_owned(),
        waiting => format!("{waiting} messages"),
    };
    let fresh = match (digest.waiting, digest.fresh) {
        (_, 0) => "",
        (1, _) => "It arrived since the last digest. ",
        (_, 1) => "1 of them arrived since the last digest. ",
        (_, fresh) => &format!("{fresh} of them arrived since the last digest. "),
    };
    let opening = format!(
        "{fresh}The senders were told that we have their messages. Please look at each one. If it is from a person, release it: then its emails are sent."
    );
    let mut blocks = vec![Block::Paragraph(opening.into())];
    for line in &digest.lines {
        blocks.extend(digest_line(line, clinic));
    }
    let (part, last) = (digest.part + 1, digest.part + 1 == digest.parts);
    if last && digest.left_out > 0 {
        blocks.push(Block::paragraph(format!(
            "{} older ones do not fit in this email. You will get them once you have decided on these.",
            digest.left_out
        )));
    }
    let day = clinic.local_date(digest.until).strftime("%A, %B %-d");
    let part = match digest.parts {
        0 | 1 => String::new(),
        parts => format!(" (mail {part} of {parts})"),
    };
    Draft {
        subject: format!("In quarantine on {day}: {messages}{part}"),
        preview: "Please look at each one.".to_owned(),
        headline: format!("{messages} in quarantine"),
        blocks,
    }
}

fn digest_line(line: &DigestLine, clinic: &Clinic) -> [Block; 2] {
    let mut facts = vec![
        Fact::new("Received", clinic.spoken_time_there(line.received_at)),
        Fact::new("Message", line.reference.as_str()),
    ];
    facts.extend(line.topic.as_ref().map(|topic| Fact::new("Topic", topic)));
    facts.push(Fact::new("Reason", line.reasons.join("; ")));
    let look = Link::new("Review this message", &line.review_url);
    [Block::Card(facts), Block::Link(look)]
}
