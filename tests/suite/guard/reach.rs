//! An email address or a phone number is enough.

use frontdesk_tests::{Desk, booking, message};
use serde_json::{Value, json};

fn without(mut body: Value, parent: &str, field: &str) -> Value {
    body.pointer_mut(parent)
        .unwrap()
        .as_object_mut()
        .unwrap()
        .remove(field);
    body
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_with_a_phone_number_alone_is_taken_and_staff_are_told_to_call() {
    let desk = Desk::start().await;

    let answer = desk
        .post("/contact", &without(message(), "", "email"))
        .await;

    assert_eq!(answer.status, 201, "{answer:?}");
    let reference = answer.json()["reference"].as_str().unwrap().to_owned();
    let to_staff = desk.mail(&reference, "message_to_staff").await;
    assert_eq!(to_staff["reply_to"], json!(["reception@feetfirst.example"]));
    let text = to_staff["text"].as_str().unwrap();
    assert!(
        text.contains("please call them") && text.contains("416-555-0123"),
        "{text}"
    );
    assert!(!text.contains("Reply to this email"), "{text}");
    assert_eq!(desk.stored_mails().await.len(), 1, "no receipt");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_with_an_email_address_alone_is_taken_and_one_with_neither_is_not() {
    let desk = Desk::start().await;
    let only_email = without(message(), "", "phone");

    assert_eq!(desk.post("/contact", &only_email).await.status, 201);
    let neither = desk
        .post("/contact", &without(only_email, "", "email"))
        .await;

    assert_eq!(neither.field_codes(), ["email: required"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_nobody_can_see_is_none() {
    let desk = Desk::start().await;
    for unseen in ["", "  ", "\u{200b}", "\u{2060}\u{a0}"] {
        let mut body = message();
        body["message"] = format!("{unseen:?}").into();
        body["email"] = unseen.into();
        let answer = desk.post("/contact", &body).await;
        assert_eq!(answer.status, 201, "{unseen:?}: {answer:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_booking_with_a_phone_number_alone_waits_for_a_call() {
    let desk = Desk::start().await;

    let answer = desk
        .post("/bookings", &without(booking(), "/patient", "email"))
        .await;

    assert_eq!(answer.status, 201, "{answer:?}");
    let receipt = answer.json();
    assert_eq!(receipt["status"], "requested");
    let to_staff = desk
        .mail(receipt["reference"].as_str().unwrap(), "booking_to_staff")
        .await;
    assert!(
        to_staff["text"]
            .as_str()
            .unwrap()
            .contains("please call them")
    );
    assert_eq!(desk.stored_mails().await.len(), 1, "nothing to the patient");
    let path = receipt["manage_url"]
        .as_str()
        .unwrap()
        .strip_prefix(&desk.url)
        .unwrap();
    let page = desk.page(path).await.text;
    assert!(page.contains("will call you by"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_booking_with_an_email_address_alone_is_taken_and_one_with_neither_is_not() {
    let desk = Desk::start().await;
    let only_email = without(booking(), "/patient", "phone");

    let answer = desk.post("/bookings", &only_email).await;
    let neither = desk
        .post("/bookings", &without(only_email, "/patient", "email"))
        .await;

    assert_eq!(answer.json()["status"], "confirmed");
    assert_eq!(neither.field_codes(), ["patient.email: required"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_gets_no_mail_is_asked_to_note_the_reference_down() {
    let desk = Desk::start().await;
    let message = [
        ("name", "Zoë"),
        ("phone", "416-555-0123"),
        ("message", "Hello"),
        ("consent", "on"),
    ];
    let booking = [
        ("service", "foot-care"),
        ("start", "2026-12-01T10:00:00-05:00"),
        ("patient.name", "Zoë"),
        ("patient.phone", "416-555-0123"),
        ("consent", "on"),
    ];

    let sent = desk.post_form("/contact", &message).await;
    let sent = desk.followed(&sent).await;
    let booked = desk.post_form("/bookings", &booking).await;
    let booked = desk.followed(&booked).await;

    assert!(sent.text.contains("Please note it down"), "{}", sent.text);
    assert!(
        booked.text.contains("Please write down your reference"),
        "{}",
        booked.text
    );
    assert!(
        booked.text.contains("?token="),
        "the page has the link, since no mail has it"
    );
}
