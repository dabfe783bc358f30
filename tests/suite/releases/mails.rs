//! A mail that another version queued.

use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use frontdesk_tests::{Desk, Item, UNDELIVERED, text};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

const ID: &str = "B-00000-00000/booking_from_the_future/3";

/// A mail that waits since the desk was opened.
fn mail(id: &str, letter: &Value) -> Value {
    json!({
        "id": id, "state": "waiting", "queue": "due", "due_at": "2026-11-30T14:00:00.000Z",
        "first_due_at": "2026-11-30T14:00:00.000Z", "queued_at": "2026-11-30T14:00:00Z", "attempts": 0,
        "to": "zoe@example.com", "letter": letter, "expires_at": 1_804_000_000, "future_attribute": { "a": [1, "b"] },
    })
}

async fn put(desk: &Desk, mail: &Value) {
    let item: Item = serde_dynamo::to_item(mail).unwrap();
    let client = desk.dynamodb().await;
    let put = client
        .put_item()
        .table_name("MailTable")
        .set_item(Some(item));
    put.send().await.unwrap();
}

async fn stored(desk: &Desk, id: &str) -> Value {
    let mut mails = desk.stored_mails().await;
    mails.retain(|mail| text(mail, "id") == id);
    serde_dynamo::from_item(mails.swap_remove(0)).unwrap()
}

async fn after(desk: &Desk, hours: i64) {
    let queued: Timestamp = "2026-11-30T14:00:00Z".parse().unwrap();
    desk.set_now(queued + SignedDuration::from_hours(hours))
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_of_a_kind_that_is_not_known_waits_untouched_and_is_reported_after_three_days() {
    let desk = Desk::start().await;
    let letter =
        json!({ "kind": "booking_from_the_future", "reference": "B-00000-00000", "new": true });
    put(&desk, &mail(ID, &letter)).await;
    let before = stored(&desk, ID).await;

    for hours in [0, 1, 24, 71] {
        after(&desk, hours).await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert_eq!(stored(&desk, ID).await, before, "after {hours} hours");
        assert_eq!(desk.stored_mails().await.len(), 1, "nobody is told yet");
    }
    for hours in [73, 74, 100] {
        after(&desk, hours).await;
        let notices = desk.mails_of(&UNDELIVERED, 1).await;
        assert_eq!(notices[0]["to"], json!(["reception@feetfirst.example"]));
        let text = notices[0]["text"].as_str().unwrap();
        assert!(
            text.contains("B-00000-00000") && text.contains("It is still waiting"),
            "{text}"
        );
        assert!(!text.contains("zoe@"), "{text}");
        assert_eq!(stored(&desk, ID).await, before, "after {hours} hours");
    }

    // A version that knows it has come: the kind is one that it can send.
    let known = json!({ "kind": "message_receipt", "reference": "C-00000-00000", "received_at": "2026-11-30T14:00:00Z" });
    let client = desk.dynamodb().await;
    let letter: AttributeValue = serde_dynamo::to_attribute_value(known).unwrap();
    let update = client
        .update_item()
        .table_name("MailTable")
        .key("id", AttributeValue::S(ID.to_owned()))
        .update_expression("SET letter = :letter")
        .expression_attribute_values(":letter", letter);
    update.send().await.unwrap();
    after(&desk, 101).await;
    desk.mails_of(&["message_receipt"], 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_about_nothing_that_is_known_is_reported_too() {
    let desk = Desk::start().await;
    put(
        &desk,
        &mail(
            "2026-12-01T00:00:00Z/0/digest_from_the_future/0",
            &json!({ "kind": "later" }),
        ),
    )
    .await;

    after(&desk, 73).await;

    let notice = desk.mails_of(&UNDELIVERED, 1).await.swap_remove(0);
    assert!(
        notice["text"]
            .as_str()
            .unwrap()
            .contains("digest_from_the_future"),
        "{notice}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_whose_dates_nobody_can_read_is_reported_too() {
    let desk = Desk::start().await;
    let letter = json!({ "kind": "message_receipt", "reference": "C-00000-00000", "received_at": "2026-11-30T14:00:00Z" });
    let broken = [
        ("first_due_at", json!(5)),
        ("first_due_at", json!("yesterday")),
        ("due_at", json!("2026-11-30")),
        ("due_at", json!("0")),
    ];
    let mut before = Vec::new();
    for (number, (name, value)) in broken.into_iter().enumerate() {
        let id = format!("C-00000-00000/message_receipt/{number}");
        let mut mail = mail(&id, &letter);
        mail[name] = value;
        put(&desk, &mail).await;
        before.push((stored(&desk, &id).await, id));
    }

    after(&desk, 71).await;
    assert_eq!(
        desk.stored_mails().await.len(),
        before.len(),
        "nobody is told yet"
    );
    for hours in [73, 74] {
        after(&desk, hours).await;
        desk.mails_of(&UNDELIVERED, before.len()).await;
        for (mail, id) in &before {
            assert_eq!(stored(&desk, id).await, *mail, "after {hours} hours");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_of_a_known_kind_with_a_new_field_is_sent() {
    let desk = Desk::start().await;
    let letter = json!({
        "kind": "message_receipt", "reference": "C-00000-00000", "received_at": "2026-11-30T14:00:00Z",
        "future_field": { "opens_next": "2026-12-01T14:00:00Z" },
    });
    put(&desk, &mail("C-00000-00000/message_receipt/0", &letter)).await;

    after(&desk, 1).await;

    desk.mails_of(&["message_receipt"], 1).await;
}
