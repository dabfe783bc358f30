//! A person who left a phone number and no email address.

use frontdesk_tests::{Desk, booking, message, text, with};
use serde_json::{Value, json};

use super::person::{frontdesk, said};

/// A message or a booking under this number alone.
fn under(mut body: Value, parent: &str, number: &str) -> Value {
    let person = body.pointer_mut(parent).unwrap().as_object_mut().unwrap();
    person.remove("email");
    person.insert("phone".to_owned(), json!(number));
    body
}

#[tokio::test(flavor = "multi_thread")]
async fn who_left_only_a_number_is_exported_and_erased_by_it_and_nobody_else_is() {
    let desk = Desk::start().await;
    let at = |hour: usize| {
        with(
            booking(),
            "start",
            json!(format!("2026-12-01T{hour:02}:00:00-05:00")),
        )
    };
    desk.post("/contact", &under(message(), "", "(416) 555-0100"))
        .await;
    desk.post("/bookings", &under(at(9), "/patient", "+1 416 555 0100"))
        .await;
    // A colleague of hers, and somebody in another country.
    desk.post("/contact", &under(message(), "", "416-555-0100 x12"))
        .await;
    desk.post("/bookings", &under(at(11), "/patient", "+91 41655 50100"))
        .await;
    assert_eq!(desk.all_mails_sent().await.len(), 4);

    let exported = frontdesk(&desk, &["export", "--phone", "416-555-0100"], "").await;
    let exported: Value = serde_json::from_str(&said(&exported)).unwrap();
    let erased = frontdesk(&desk, &["erase", "--phone", "4165550100", "--yes"], "").await;

    assert_eq!(exported["phone"], "416-555-0100");
    for list in ["messages", "bookings"] {
        assert_eq!(exported[list].as_array().unwrap().len(), 1, "{list}");
    }
    assert_eq!(exported["mails"].as_array().unwrap().len(), 2);
    assert!(said(&erased).contains("Erased"), "{erased:?}");
    let messages = desk.items_of("ContactTable", "message#").await;
    assert_eq!(messages.len(), 1);
    assert_eq!(text(&messages[0], "phone"), "416-555-0100 x12");
    assert_eq!(desk.items_of("BookingTable", "booking#").await.len(), 1);
    assert_eq!(desk.stored_mails().await.len(), 2);
    let nobody = frontdesk(&desk, &["erase", "--phone", "416-555-0100", "--yes"], "").await;
    assert!(said(&nobody).contains("Nothing is stored"), "{nobody:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_trail_has_the_bookings_that_were_read_as_well() {
    let desk = Desk::start().await;
    let receipt = desk.post("/bookings", &booking()).await.json();
    let reference = receipt["reference"].as_str().unwrap();
    let mail = desk.mail(reference, "booking_to_staff").await;
    let (_, token) = mail["text"]
        .as_str()
        .unwrap()
        .split_once("/decision?token=")
        .unwrap();
    let token = token.split_whitespace().next().unwrap();
    let read = desk
        .post(
            &format!("/bookings/{reference}/reason"),
            &json!({ "token": token }),
        )
        .await;
    assert_eq!(read.status, 200);

    let days = ["--from", "2026-11-30", "--to", "2026-11-30"];
    let sheet = frontdesk(&desk, &[&["export", "--audit"], &days[..]].concat(), "").await;

    let sheet = said(&sheet);
    let line = sheet
        .lines()
        .find(|line| line.contains(reference))
        .expect("the reading");
    assert!(
        line.contains("read") && line.contains("staff_link"),
        "{line}"
    );
}
