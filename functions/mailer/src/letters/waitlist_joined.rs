//! To a patient: they are on the waiting list.

use shared::{clinic::Clinic, outbox::WaitlistJoined};

use super::{
    document::{Block, Draft, Fact},
    parts::{hello, phone},
};

pub(super) fn write(entry: &WaitlistJoined, clinic: &Clinic) -> Draft {
    let opening = format!(
        "You are on our waiting list. When a time becomes free that suits you, we will write to you and hold it for {} of our opening hours. The first to join are the first to be asked.",
        entry.offer_hours
    );
    let day = |date: jiff::civil::Date| date.strftime("%A, %B %-d, %Y").to_string();
    let with = entry.practitioner.as_deref().unwrap_or("Anybody");
    let mut blocks = hello(&opening);
    blocks.push(Block::Facts(vec![
        Fact::new("What", entry.service.as_str()),
        Fact::new("With", with),
        Fact::new("From", day(entry.from)),
        Fact::new("To", day(entry.to)),
        Fact::new("Reference", entry.reference.as_str()),
    ]));
    blocks.push(Block::Link {
        label: "View or leave the waiting list".to_owned(),
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
