//! Presses that meet, repeat or come in a rush, and what is mailed of them.

use frontdesk_tests::{
    CHANGE_MAILS, Desk,
    booked::{Booked, assessment, of_person},
    booking, with,
};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn pressed_many_times_at_once_a_visit_moves_once() {
    let desk = Desk::start().await;
    for round in 0..6 {
        let day = format!("2026-12-0{}", 1 + round % 3);
        let hour = 10 + round / 3 * 4;
        let start = json!(format!("{day}T{hour:02}:00:00-05:00"));
        let body = with(of_person(booking(), round), "start", start);
        let booked = Booked::of(&desk, &body).await;
        // On the same day, and with nobody in particular: two of them are free then.
        let start = format!("{day}T{:02}:00:00-05:00", hour + 1);

        let presses = (0..6).map(|_| booked.reschedule(&desk, &start));
        let answers = futures_util::future::join_all(presses).await;

        for answer in answers {
            assert_eq!(answer.status, 200, "{answer:?}");
            let view = answer.json();
            assert_eq!(
                (&view["revision"], &view["start"]),
                (&json!(1), &json!(start))
            );
        }
    }
    desk.mails_of(&["booking_moved"], 6).await;
    desk.mails_of(&CHANGE_MAILS, 12).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn moving_to_and_fro_does_not_fill_a_mailbox() {
    let desk = Desk::start().await;
    let booked = Booked::of(&desk, &booking()).await;
    let starts = ["2026-12-03T09:00:00-05:00", "2026-12-03T10:00:00-05:00"];
    for n in 0..20 {
        let answer = booked.reschedule(&desk, starts[n % 2]).await;
        desk.all_mails_sent().await;
        if answer.status != 200 {
            assert_eq!(answer.problem(), "too_many_requests");
            assert!(answer.text.contains("416-769-3338"), "{answer:?}");
        }
    }

    // Twelve mails a day, and one of them was the confirmation.
    desk.mails_of(&["booking_moved"], 11).await;
    assert_eq!(booked.view(&desk).await["revision"], 11);
    // It can still be called off, and moved again tomorrow.
    desk.set_now("2026-12-01T09:00:00-05:00".parse().unwrap())
        .await;
    assert_eq!(booked.reschedule(&desk, starts[1]).await.status, 200);
    let cancelled = booked.press(&desk, "cancel", json!({})).await;
    assert_eq!(cancelled.json()["status"], "cancelled");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_what_ses_did_not_take_for_long_the_patient_reads_the_last() {
    let desk = Desk::start().await;
    desk.faults(json!({ "ses": "down" })).await;
    let booked = desk.post("/bookings", &booking()).await.json();
    let reference = booked["reference"].as_str().unwrap();
    let token = booked["manage_url"]
        .as_str()
        .unwrap()
        .split_once("token=")
        .unwrap()
        .1;
    desk.clock(json!({ "advance": "PT30M" })).await;
    let body = json!({ "token": token, "start": "2026-12-03T09:00:00-05:00" });
    let path = format!("/bookings/{reference}/reschedule");
    assert_eq!(desk.post(&path, &body).await.status, 200);

    desk.faults(json!({ "ses": "ok" })).await;
    desk.clock(json!({ "advance": "PT3H" })).await;

    let mails = desk.all_mails_sent().await;
    let theirs = mails
        .iter()
        .filter(|mail| mail["to"] == json!(["zoe@example.com"]));
    let kinds: Vec<&Value> = theirs.map(|mail| &mail["kind"]).collect();
    assert_eq!(kinds, ["booking_moved"], "what it was before would mislead");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspicious_request_can_be_answered_too() {
    let desk = Desk::start().await;
    // From the fourth within a minute on, the store finds them suspicious, and they are judged again.
    for n in 0..5 {
        let body = with(
            assessment(),
            "start",
            json!(format!("2026-12-0{}T10:00:00-05:00", 1 + n % 3)),
        );
        let with_whom = format!("chiropodist-{}", 1 + n / 3);
        let body = with(body, "practitioner", json!(with_whom));
        let booked = Booked::of(&desk, &of_person(body, n)).await;
        assert_eq!(booked.decide(&desk, "decline").await.status, 200, "{n}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_mail_waits_for_what_is_over() {
    let desk = Desk::start().await;
    desk.faults(json!({ "ses": "down" })).await;
    let request = desk.post("/bookings", &assessment()).await.json();
    let (reference, url) = (
        request["reference"].as_str().unwrap(),
        request["manage_url"].as_str().unwrap(),
    );
    let token = url.split_once("token=").unwrap().1;
    let cancel = format!("/bookings/{reference}/cancel");
    desk.post(&cancel, &json!({ "token": token })).await;

    desk.faults(json!({ "ses": "ok" })).await;
    desk.clock(json!({ "advance": "PT2H" })).await;

    let mails = desk.all_mails_sent().await;
    let kinds = mails.iter().map(|mail| mail["kind"].as_str().unwrap());
    let mut kinds: Vec<&str> = kinds.collect();
    kinds.sort_unstable();
    assert_eq!(
        kinds,
        [
            "booking_cancelled",
            "booking_changed_to_staff",
            "booking_to_staff"
        ],
        "the receipt of the request is of no use any more"
    );
}
