//! How often the store is asked, counted at the store's door.

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use frontdesk_tests::{Answer, Desk, booking, counter::counted, message, with};
use serde_json::json;

fn one(operation: &str) -> BTreeMap<String, usize> {
    BTreeMap::from([(operation.to_owned(), 1)])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_and_a_named_booking_take_one_call_each_and_so_do_their_replays() {
    let desk = Desk::start().await;
    let (counter, url) = counted(&desk).await;
    let http = reqwest::Client::new();

    for (path, body) in [("/contact", message()), ("/bookings", booking())] {
        for replayed in ["", "true"] {
            let answer = Answer::to(http.post(format!("{url}{path}")).json(&body)).await;
            assert_eq!(answer.status, 201, "{answer:?}");
            assert_eq!(answer.header("idempotency-replayed"), replayed);
            assert_eq!(counter.take(), one("TransactWriteItems"), "{path}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_input_takes_no_call() {
    let desk = Desk::start().await;
    let (counter, url) = counted(&desk).await;
    let http = reqwest::Client::new();

    for (path, body) in [
        ("/contact", with(message(), "email", json!("nobody"))),
        (
            "/bookings",
            with(booking(), "patient.email", json!("nobody")),
        ),
    ] {
        let answer = Answer::to(http.post(format!("{url}{path}")).json(&body)).await;
        assert_eq!(answer.status, 422);
        assert_eq!(counter.take(), BTreeMap::new());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_suspicious_takes_one_call_too_unless_only_the_store_could_know() {
    let desk = Desk::start().await;
    let (counter, url) = counted(&desk).await;
    let http = reqwest::Client::new();
    let challenge = http
        .get(format!("{url}/contact/challenge"))
        .send()
        .await
        .unwrap();
    let challenge: altcha::Challenge =
        serde_json::from_str(&challenge.text().await.unwrap()).unwrap();
    let solution = altcha::solve_challenge(altcha::SolveChallengeOptions::new(&challenge));
    let proof = json!({ "challenge": challenge, "solution": solution.unwrap().unwrap() });
    let proof = STANDARD.encode(proof.to_string());
    let text = |text: &str| with(message(), "message", json!(text));
    assert_eq!(counter.take(), BTreeMap::new(), "a challenge is not stored");

    for (body, calls) in [
        (with(text("1"), "_gotcha", json!("x")), 1),
        (with(text("2"), "altcha", json!(proof)), 1),
        (
            text("https://a.example https://b.example https://c.example"),
            1,
        ),
        (with(text("3"), "altcha", json!(proof)), 2),
    ] {
        let answer = Answer::to(http.post(format!("{url}/contact")).json(&body)).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        let expected = BTreeMap::from([("TransactWriteItems".to_owned(), calls)]);
        assert_eq!(counter.take(), expected, "{body}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_there_is_404_without_a_call() {
    let desk = Desk::start().await;
    let (counter, url) = counted(&desk).await;
    let http = reqwest::Client::new();

    for path in [
        format!("/articles/{}", "a".repeat(2_049)),
        "/articles/No-Slug".to_owned(),
        "/articles/%C3%A9".to_owned(),
        format!("/bookings/{}?token=x", "B".repeat(3_000)),
        "/bookings/B-00000-00000?token=x".to_owned(),
        "/contact/C-00000-00000/review?token=x".to_owned(),
    ] {
        let answer = Answer::to(http.get(format!("{url}{path}"))).await;
        assert_eq!(answer.status, 404, "{path}");
        assert_eq!(counter.take(), BTreeMap::new(), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_patients_page_is_read_as_it_is_and_not_as_it_was() {
    let desk = Desk::start().await;
    let (counter, url) = counted(&desk).await;
    let http = reqwest::Client::new();
    let receipt = Answer::to(http.post(format!("{url}/bookings")).json(&booking()))
        .await
        .json();
    let manage_url = receipt["manage_url"]
        .as_str()
        .unwrap()
        .replace(&desk.url, &url);
    let before = counter.consistent_reads();

    assert_eq!(Answer::to(http.get(manage_url)).await.status, 200);

    assert_eq!(counter.consistent_reads() - before, 1);
}
