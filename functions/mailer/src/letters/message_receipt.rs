//! To a visitor: the receipt of their message.

use shared::{clinic::Clinic, outbox::MessageReceipt};

use super::document::{Block, Draft, Fact};

pub(super) fn write(message: &MessageReceipt, clinic: &Clinic) -> Draft {
    let thanks = format!(
        "Thank you for writing to {}. Your message arrived on {}, and we will get back to you as soon as possible.",
        clinic.name(),
        clinic.spoken_time(message.received_at)
    );
    let not_you = "If you did not write to us, somebody gave your address by mistake, and you can ignore this mail.";
    let blocks = vec![
        Block::Paragraph("Hello,".to_owned()),
        Block::Paragraph(thanks),
        Block::Facts(vec![
            Fact::new("Your reference", message.reference.as_str()),
            Fact::linked(
                "If it cannot wait, call",
                clinic.phone().as_str(),
                clinic.phone().tel(),
            ),
        ]),
        Block::Paragraph(not_you.to_owned()),
    ];
    Draft {
        subject: format!("We have your message ({})", message.reference),
        blocks,
    }
}
