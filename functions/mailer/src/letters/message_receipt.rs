//! To a visitor: the receipt of their message.

use jiff::Timestamp;
use shared::{
    clinic::{Clinic, Opening},
    outbox::MessageReceipt,
};

use super::{
    document::{Block, Draft, Fact},
    parts::call_us,
};

pub(super) fn write(message: &MessageReceipt, clinic: &Clinic, now: Timestamp) -> Draft {
    let thanks = format!(
        "Thank you for writing to {}. We will get back to you as soon as possible. {}",
        clinic.name(),
        opening(clinic, now)
    );
    let mut blocks = vec![Block::paragraph(thanks.trim_end())];
    let advice = message.advice.as_deref();
    blocks.extend(advice.map(|advice| Block::Notice(advice.into())));
    blocks.push(Block::Card(vec![
        Fact::new("Received", clinic.spoken_time_there(message.received_at)),
        Fact::new("Reference", message.reference.as_str()),
    ]));
    blocks.push(Block::Paragraph(call_us(
        "If it cannot wait, please call",
        clinic,
    )));
    blocks.push(Block::aside(
        "If you didn't write to us, somebody gave us your address by mistake, and you can ignore this email.",
    ));
    Draft {
        subject: format!("We have your message ({})", message.reference),
        preview: "We will get back to you as soon as possible.".to_owned(),
        headline: "We have your message".to_owned(),
        blocks,
    }
}

/// When somebody may answer: until when the clinic is open, or when it opens next.
fn opening(clinic: &Clinic, now: Timestamp) -> String {
    match clinic.opening(now) {
        Opening::Open { until } => {
            format!("We are open today until {}", clinic.spoken_clock(until))
        }
        Opening::Closed { until: Some(opens) } => {
            format!(
                "We are closed now, and open next on {}",
                clinic.spoken_time(opens)
            )
        }
        Opening::Closed { until: None } => String::new(),
    }
}
