//! To staff: the day's list of messages in quarantine.

use shared::{
    clinic::Clinic,
    outbox::{Digest, DigestLine},
};

use super::document::{Block, Draft, Fact};

pub(super) fn write(digest: &Digest, clinic: &Clinic) -> Draft {
    let messages = match digest.waiting {
        1 => "1 message".to_owned(),
        waiting => format!("{waiting} messages"),
    };
    let waiting = match (digest.waiting, digest.fresh) {
        (1, 0) => "1 message waits in quarantine.".to_owned(),
        (1, _) => "1 message waits in quarantine, new since the digest before.".to_owned(),
        (_, fresh) => {
            format!("{messages} wait in quarantine, {fresh} of them new since the digest before.")
        }
    };
    let opening = format!(
        "{waiting} The senders were told that we have their messages. Please look at each one. If it is from a person, \
         release it: then its mails are sent."
    );
    let mut blocks = vec![Block::Paragraph(opening)];
    for line in &digest.lines {
        blocks.extend(digest_line(line, clinic));
    }
    let (part, last) = (digest.part + 1, digest.part + 1 == digest.parts);
    if last && digest.left_out > 0 {
        blocks.push(Block::Paragraph(format!(
            "{} older ones do not fit in here. They follow when you have decided about these.",
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
        blocks,
    }
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
