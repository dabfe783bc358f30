//! To a patient: they are on the waiting list.

use jiff::civil::Date;
use shared::{clinic::Clinic, outbox::WaitlistJoined};

use super::{
    document::{Block, Draft, Fact},
    parts::call_us,
};

pub(super) fn write(entry: &WaitlistJoined, clinic: &Clinic) -> Draft {
    let hours = match entry.offer_hours {
        1 => "one hour".to_owned(),
        hours => format!("{hours} hours"),
    };
    let opening = format!(
        "When a time that suits you becomes free, we will email you and hold it for you for {hours}, counting only the hours when we are open. We offer times to people in the order in which they joined."
    );
    let day = |date: Date| date.strftime("%A, %B %-d, %Y").to_string();
    let with = entry.practitioner.as_deref().unwrap_or("Any practitioner");
    Draft {
        subject: format!("You are on our waiting list ({})", entry.reference),
        preview: "We will email you when a time is free.".to_owned(),
        headline: "You are on our waiting list".to_owned(),
        blocks: vec![
            Block::paragraph(opening),
            Block::Card(vec![
                Fact::new("What", entry.service.as_str()),
                Fact::new("With", with),
                Fact::new("From", day(entry.from)),
                Fact::new("To", day(entry.to)),
                Fact::new("Reference", entry.reference.as_str()),
            ]),
            Block::button("View your entry, or leave the list", &entry.manage_url),
            Block::Paragraph(call_us("Any questions? Please call", clinic)),
            Block::aside(
                "If you didn't ask for this, somebody gave us your address by mistake. Please leave the list with the button above.",
            ),
        ],
    }
}
