//! Reads mails that an earlier version queued.
//!
//! Until November 2026 a patient's mail had one kind, `booking_to_patient`, and the appointment said
//! whether it was confirmed; the digest was called `quarantine_digest`, and until December 2026 it listed the quarantine
//! alone, the newest message first. Such mails expire ninety days after
//! that version was replaced (`mails_days` in `clinic.toml`). Then this file can be deleted.

use aws_sdk_dynamodb::types::AttributeValue;

use super::kind::Kind;
use crate::store::{Item, text};

/// Changes an earlier version's mail into today's form. A mail that already has it stays as it is.
pub(super) fn upgrade(item: &mut Item) {
    let letter = item.get_mut("letter");
    let Some(AttributeValue::M(letter)) = letter else {
        return;
    };
    let standing = match letter.get_mut("appointment") {
        Some(AttributeValue::M(appointment)) => appointment.remove("standing"),
        _ => None,
    };
    let confirmed =
        matches!(&standing, Some(AttributeValue::S(standing)) if standing == "confirmed");
    let kind = match text(letter, "kind") {
        Some("booking_to_patient") if confirmed => Some(Kind::BookingConfirmed),
        Some("booking_to_patient") => Some(Kind::BookingRequested),
        Some("quarantine_digest") => Some(Kind::Digest),
        _ => None,
    };
    let put = |letter: &mut Item, name: &str, value: &str| {
        letter.insert(name.to_owned(), AttributeValue::S(value.to_owned()));
    };
    if let Some(AttributeValue::L(lines)) = letter.remove("lines") {
        letter.insert("sections".to_owned(), quarantine(lines));
        let until = text(letter, "until").unwrap_or_default();
        // The date in UTC, which may be the next one. What did not fit into that mail is in today's digest.
        let date = until.get(..10).unwrap_or_default().to_owned();
        put(letter, "date", &date);
    }
    if let Some(kind) = kind {
        put(letter, "kind", kind.name());
    }
    if text(letter, "of") == Some("booking_to_patient") {
        put(letter, "of", Kind::BookingConfirmed.name());
    }
    if let Some(standing) = standing
        && text(letter, "kind") == Some(Kind::BookingToStaff.name())
    {
        letter.insert("standing".to_owned(), standing);
    }
}

/// The sections of a digest that lists these messages in quarantine, the newest first.
fn quarantine(mut lines: Vec<AttributeValue>) -> AttributeValue {
    lines.reverse();
    let map = |name: &str, value| AttributeValue::M(Item::from([(name.to_owned(), value)]));
    map("quarantine", map("first", AttributeValue::L(lines)))
}
