//! How long a digest can be.

use serde_json::{Value, json};
use shared::outbox::{AT_EACH_END, Letter, MOST_VISITS};

use super::*;
use crate::letters;

/// What Gmail shows of a mail's HTML before it clips it
/// (measured at <https://www.spamresource.com/2022/01/what-is-gmail-clipping-and-what-to-do.html>).
const GMAIL_SHOWS: usize = 102 * 1024;
const URL: &str = "https://abcdefghij.execute-api.ca-central-1.amazonaws.com/bookings/B-ABCDE-FGHJK/decision?token=AQAAAABs7rTgQk7ZicCX5sqAfrQhLtY-j3Ifpt9fWJWYnFAKDAdl78w";

fn lines(line: &Value, first: usize, last: usize) -> Value {
    json!({ "first": vec![line; first], "left_out": 1000, "last": vec![line; last] })
}

/// As many lines as there can be, of people with long names.
fn longest() -> Letter {
    let person = json!({ "name": "Maximiliane Oberhausen-Featherstonehaugh", "phone": "416-555-0123", "review_url": URL });
    let appointment = json!({
        "reference": "B-ABCDE-FGHJK", "service": "Custom orthotics fitting", "practitioner": "Chiropodist 1",
        "start": "2026-12-01T16:00:00Z", "end": "2026-12-01T17:00:00Z",
    });
    let booking = json!({ "appointment": appointment, "person": person, "answer_by": "2026-12-01T15:00:00Z" });
    let message = json!({
        "reference": "C-ABCDE-FGHJK", "received_at": "2026-12-01T10:00:00Z", "topic": "Orthotics, shoes and other products",
        "reasons": ["the form was filled in faster than a person types", "many messages came from the same network address"],
        "review_url": URL,
    });
    let mail = json!({ "of": "booking_confirmed", "reference": "B-ABCDE-FGHJK", "reason": "there is no such email address", "person": person });
    let both = |line| lines(line, AT_EACH_END, AT_EACH_END);
    let letter = json!({
        "kind": "digest", "date": "2026-12-01", "until": "2026-12-01T13:00:00Z", "missing": ["contact"],
        "sections": {
            "visits": lines(&booking, MOST_VISITS, 0), "requests": both(&booking), "unanswered": both(&message),
            "quarantine": both(&message), "undelivered": both(&mail),
        },
    });
    serde_json::from_value(letter).unwrap()
}

#[test]
fn the_longest_digest_is_shown_whole() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../infra/clinic.toml");
    let clinic = Clinic::parse(&std::fs::read_to_string(path).unwrap()).unwrap();

    let document = letters::write(
        &longest(),
        &clinic,
        None,
        "2026-12-01T13:01:00Z".parse().unwrap(),
    );

    let html = document.html().len();
    assert!((GMAIL_SHOWS / 2..GMAIL_SHOWS).contains(&html), "{html}");
}
