//! Reminders are mails for later: they wait with a confirmed visit, move with it, and go when it goes.

use frontdesk_tests::{
    Desk, Item, REMINDERS,
    booked::{Booked, assessment},
    booking, text, with,
};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

/// A visit on Friday, four days ahead.
fn on_friday() -> Value {
    with(booking(), "start", json!("2026-12-04T10:00:00-05:00"))
}

fn moment(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// Until when each reminder waits, in order.
async fn waiting(desk: &Desk) -> Vec<Timestamp> {
    let mails = desk.stored_mails().await;
    let waits = |mail: &&Item| {
        text(mail, "id").contains("/booking_reminder/") && mail.contains_key("queue")
    };
    let due = mails.iter().filter(waits);
    let mut due: Vec<_> = due.map(|mail| moment(text(mail, "due_at"))).collect();
    due.sort();
    due
}

async fn reminders(desk: &Desk) -> Vec<Value> {
    let mut mails = desk.all_mails_sent().await;
    mails.retain(|mail| REMINDERS.contains(&mail["kind"].as_str().unwrap()));
    mails
}

#[expect(clippy::needless_pass_by_value, reason = "it changes a clinic's file")]
fn three(toml: String) -> String {
    toml.replace("reminder_hours = [48]", "reminder_hours = [72, 48, 2]")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patient_is_reminded_as_often_as_the_clinic_says_and_led_to_their_page() {
    let desk = Desk::with_clinic(three).await;
    let booked = Booked::of(&desk, &on_friday()).await;
    let start = moment("2026-12-04T10:00:00-05:00");
    let before = |hours| start - SignedDuration::from_hours(hours);
    assert_eq!(
        waiting(&desk).await,
        [before(72), before(48), before(2)],
        "they wait from the booking on"
    );
    let second = SignedDuration::from_secs(1);

    for (sent, hours) in [(1, 72), (2, 48), (3, 2)] {
        desk.set_now(before(hours) - second).await;
        assert_eq!(reminders(&desk).await.len(), sent - 1, "not before");
        desk.set_now(before(hours)).await;
        assert_eq!(reminders(&desk).await.len(), sent, "{hours} hours before");
    }
    let first = reminders(&desk).await.swap_remove(0);
    let last = reminders(&desk).await.pop().unwrap();
    let says = |mail: &Value, words: &str| mail["text"].as_str().unwrap().contains(words);
    let until =
        "You can change or cancel it online until Thursday, December 3, 2026 at 10:00\u{a0}a.m.";
    assert!(says(&first, until), "{first}");
    // Two hours before, nothing can be changed online any more.
    assert!(!says(&last, "online"), "{last}");
    assert!(
        says(&last, "To change or cancel it, please call 416-769-3338"),
        "{last}"
    );
    let page = format!("/bookings/{}?token=", booked.reference);
    assert!(last["html"].as_str().unwrap().contains(&page), "{last}");
    desk.set_now(start + SignedDuration::from_hours(72)).await;
    desk.mails_of(&REMINDERS, 3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_would_have_been_due_by_now_is_not_sent_at_once() {
    let desk = Desk::with_clinic(three).await;

    // Tomorrow at ten: 72 and 48 hours before are past.
    Booked::of(&desk, &booking()).await;

    assert_eq!(waiting(&desk).await, [moment("2026-12-01T08:00:00-05:00")]);
    assert_eq!(reminders(&desk).await.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_reminded_of_once_it_is_confirmed() {
    let desk = Desk::start().await;
    let request = with(assessment(), "start", json!("2026-12-04T10:00:00-05:00"));
    let booked = Booked::of(&desk, &request).await;
    assert_eq!(waiting(&desk).await, []);

    for _ in 0..3 {
        booked.decide(&desk, "confirm").await;
    }

    assert_eq!(waiting(&desk).await, [moment("2026-12-02T10:00:00-05:00")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_that_was_proposed_and_taken_has_its_own() {
    let desk = Desk::start().await;
    let booked = Booked::of(&desk, &assessment()).await;
    let starts = json!(["2026-12-09T10:00:00-05:00"]);
    let body = json!({ "decision": "propose", "starts": starts });
    booked.press(&desk, "decision", body).await;

    let body = json!({ "start": starts[0] });
    booked.press(&desk, "accept", body).await;

    assert_eq!(waiting(&desk).await, [moment("2026-12-07T10:00:00-05:00")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn reminders_move_with_the_visit() {
    let desk = Desk::start().await;
    let booked = Booked::of(&desk, &on_friday()).await;
    for (start, due) in [
        ("2026-12-09T10:00:00-05:00", "2026-12-07T10:00:00-05:00"),
        ("2026-12-04T10:00:00-05:00", "2026-12-02T10:00:00-05:00"),
        ("2026-12-10T11:00:00-05:00", "2026-12-08T11:00:00-05:00"),
    ] {
        assert_eq!(booked.reschedule(&desk, start).await.status, 200);
        assert_eq!(waiting(&desk).await, [moment(due)], "{start}");
    }

    desk.set_now(moment("2026-12-08T11:00:00-05:00")).await;

    let mails = desk.mails_of(&REMINDERS, 1).await;
    let words = mails[0]["text"].as_str().unwrap();
    assert!(
        words.contains("When: Thursday, December 10, 2026 at 11:00\u{a0}a.m."),
        "{words}"
    );
    desk.set_now(moment("2026-12-11T09:00:00-05:00")).await;
    desk.mails_of(&REMINDERS, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_reminded_of_a_visit_that_was_cancelled() {
    let desk = Desk::start().await;
    let booked = Booked::of(&desk, &on_friday()).await;
    assert_eq!(waiting(&desk).await.len(), 1);

    booked.press(&desk, "cancel", json!({})).await;

    assert_eq!(waiting(&desk).await, []);
    desk.set_now(moment("2026-12-03T09:00:00-05:00")).await;
    assert_eq!(reminders(&desk).await.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reminder_that_could_not_be_sent_is_withdrawn_all_the_same() {
    let desk = Desk::with_clinic(three).await;
    let booked = Booked::of(&desk, &on_friday()).await;
    desk.all_mails_sent().await;
    desk.faults(json!({ "ses": "down" })).await;
    desk.set_now(moment("2026-12-01T11:00:00-05:00")).await;

    booked.press(&desk, "cancel", json!({})).await;
    desk.faults(json!({ "ses": "ok" })).await;
    desk.set_now(moment("2026-12-01T14:00:00-05:00")).await;

    assert_eq!(reminders(&desk).await.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reminder_never_comes_after_the_visit_has_begun() {
    let desk = Desk::start().await;
    Booked::of(&desk, &on_friday()).await;
    desk.all_mails_sent().await;
    desk.faults(json!({ "ses": "down" })).await;
    desk.set_now(moment("2026-12-02T10:00:00-05:00")).await;
    desk.set_now(moment("2026-12-04T10:00:00-05:00")).await;

    desk.faults(json!({ "ses": "ok" })).await;
    desk.clock(json!({ "advance": "PT2H" })).await;

    let mails = desk.all_mails_sent().await;
    assert!(
        mails.iter().all(|mail| mail["kind"] != "booking_reminder"),
        "{mails:?}"
    );
    assert!(
        mails.iter().all(|mail| mail["kind"] != "undelivered"),
        "there is nothing to see to: {mails:?}"
    );
    assert_eq!(waiting(&desk).await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_address_there_is_nobody_to_remind() {
    let desk = Desk::start().await;
    let body = with(on_friday(), "patient.email", json!(""));
    let answer = desk.post("/bookings", &body).await.json();
    let reference = answer["reference"].as_str().unwrap();
    desk.mail(reference, "booking_to_staff").await;

    assert_eq!(waiting(&desk).await, []);
}
