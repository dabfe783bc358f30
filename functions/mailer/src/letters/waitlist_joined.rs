//! To a patient: they are on the waiting list.

use shared::{clinic::Clinic, outbox::WaitlistJoined};

use super::{
    document::{Block, Draft, Fact},
    parts::{hello, phone},
};

pub(super) fn write(entry: &WaitlistJoined, clinic: &Clinic) -> Draft {
    let hours = match entry.offer_hours {
        1 => "one hour".to_owned(),
        hours => format!("{hours} hours"),
    };
    let opening = format!(
        "You are on our waiting list. When a suitable time becomes free, we will email you and hold it for you for {hours} of our opening time. We offer times in the order in which people joined."
    );
    let day = |date: jiff::civil::Date| date.strftime("%A, %B %-d, %Y").to_string();
    let with = entry.practitioner.as_deref().unwrap_or("Any practitioner");
    let mut blocks = hello(&opening);
    blocks.push(Block::Facts(vec![
        Fact::new("What", entry.service.as_str()),
        Fact::new("With", with),
        Fact::new("From", day(entry.from)),
        Fact::new("To", day(entry.to)),
        Fact::new("Reference", entry.reference.as_str()),
    ]));
    blocks.push(Block::Link {
        label: "View your entry, or leave the waiting list".to_owned(),
        url: entry.manage_url.clone(),
    });
    blocks.push(Block::Paragraph(
        "If you did not ask for this, somebody gave your address by mistake. Please leave the list with the link above."
            .to_owned(),
    ));
    blocks.push(Block::Facts(vec![phone("Any questions? Call", clinic)]));
    Draft {
        subject: format!("You are on our waiting list ({})", entry.reference),
        blocks,
    }
}
