//! What is stored about somebody's bookings goes with them: time, reminders, pointers.

use frontdesk_tests::{
    Desk, Item,
    booked::{Booked, assessment},
    booking, text, with,
};
use serde_json::{Value, json};

use super::person::{frontdesk, said};

fn at(start: &str) -> Value {
    with(booking(), "start", json!(start))
}

async fn erase(desk: &Desk) -> String {
    let erased = frontdesk(desk, &["erase", "--email", "zoe@example.com"], "yes\n").await;
    assert!(erased.status.success(), "{erased:?}");
    said(&erased)
}

async fn busy(desk: &Desk) -> usize {
    let days = desk.items_of("BookingTable", "practitioner#").await;
    let busy = days.iter().filter_map(|day| day.get("busy"));
    busy.map(|set| set.as_ns().unwrap().len()).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn erasing_a_booking_to_come_frees_its_time_and_withdraws_its_mails() {
    let desk = Desk::start().await;
    let booked = Booked::of(&desk, &at("2026-12-04T10:00:00-05:00")).await;
    desk.all_mails_sent().await;
    assert_eq!(busy(&desk).await, 8);

    let words = erase(&desk).await;

    assert!(words.contains("(the time becomes free)"), "{words}");
    assert!(words.contains("3 mails (1 will not be sent)"), "{words}");
    assert_eq!(busy(&desk).await, 0);
    assert_eq!(desk.stored_mails().await.len(), 0);
    let everything = desk.everything().await;
    assert!(!everything.contains("zoe"), "{everything}");
    let pointers = desk.items_of("BookingTable", "person#").await;
    let points = |item: &Item| text(item, "sk").starts_with("booking#");
    assert!(!pointers.iter().any(points), "{pointers:?}");
    assert_eq!(desk.get(&booked.address("")).await.status, 404);
    desk.set_now("2026-12-03T09:00:00-05:00".parse().unwrap())
        .await;
    let mails = desk.mails().await;
    assert!(mails.iter().all(|mail| mail["kind"] != "booking_reminder"));
}

#[tokio::test(flavor = "multi_thread")]
async fn erasing_a_booking_that_was_cancelled_leaves_the_next_ones_time() {
    let desk = Desk::start().await;
    let booked = Booked::of(&desk, &booking()).await;
    booked.press(&desk, "cancel", json!({})).await;
    let others = with(booking(), "patient.email", json!("other@example.com"));
    let others = with(others, "patient.phone", json!("416-555-9999"));
    Booked::of(&desk, &others).await;
    assert_eq!(busy(&desk).await, 8);

    let words = erase(&desk).await;

    assert!(!words.contains("becomes free"), "{words}");
    assert_eq!(busy(&desk).await, 8, "another has it now");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_tells_what_happened_and_nothing_that_only_the_tables_need() {
    let desk = Desk::start().await;
    let booked = Booked::of(&desk, &assessment()).await;
    let starts = json!(["2026-12-09T10:00:00-05:00"]);
    let body = json!({ "decision": "propose", "starts": starts, "note": "Would this suit you?" });
    booked.press(&desk, "decision", body).await;
    booked
        .press(&desk, "accept", json!({ "start": starts[0] }))
        .await;
    let body = json!({ "reason": "My knee is broken" });
    booked.press(&desk, "cancel", body).await;
    desk.all_mails_sent().await;

    let output = frontdesk(&desk, &["export", "--email", "zoe@example.com"], "").await;

    let all: Value = serde_json::from_str(&said(&output)).unwrap();
    let exported = &all["bookings"][0];
    for (name, value) in [
        ("status", "cancelled"),
        ("cancel_reason", "My knee is broken"),
    ] {
        assert_eq!(exported[name], value, "{exported}");
    }
    for name in [
        "pk",
        "queue",
        "record",
        "person",
        "reminders",
        "told",
        "first_cell",
    ] {
        assert_eq!(exported[name], Value::Null, "{name}");
    }
    let mails = all["mails"].as_array().unwrap();
    let mut reminders = mails
        .iter()
        .filter(|mail| mail["letter"]["kind"] == "booking_reminder");
    let reminder = reminders.next().expect("it was withdrawn, and is exported");
    assert!(reminder["withdrawn_at"].is_string(), "{reminder}");
    assert!(!said(&output).contains("/decision?token="));
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_with_more_mails_than_a_write_can_hold_is_erased_all_the_same() {
    let many = |toml: String| toml.replace("mails_per_day = 12", "mails_per_day = 1000");
    let desk = Desk::with_clinic(many).await;
    let booked = Booked::of(&desk, &at("2026-12-09T10:00:00-05:00")).await;
    for n in 0..45 {
        let start = format!("2026-12-{:02}T10:00:00-05:00", 9 + n % 2);
        booked.reschedule(&desk, &start).await;
    }
    assert!(desk.stored_mails().await.len() > 100);

    erase(&desk).await;

    assert_eq!(desk.stored_mails().await.len(), 0);
    assert_eq!(busy(&desk).await, 0);
    assert!(!desk.everything().await.contains("zoe"));
}
