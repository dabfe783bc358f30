//! Each kind of problem, whole.

use std::fmt::Write as _;

use frontdesk_tests::{Answer, Desk, booking, message, snapshots::stable, with};
use insta::assert_snapshot;
use reqwest::Method;
use serde_json::{Value, json};

/// The problem's document, with the status and the headers that belong to it.
fn assert_problem(name: &str, answer: &Answer) {
    assert_eq!(answer.problem(), name, "{answer:?}");
    let mut whole = format!("{}\n", answer.status);
    for header in ["content-type", "cache-control", "retry-after", "allow"] {
        if !answer.header(header).is_empty() {
            // How long to wait depends on the second.
            let value = match header {
                "retry-after" if name == "too_many_requests" => "until the next minute",
                header => answer.header(header),
            };
            let _ = writeln!(whole, "{header}: {value}");
        }
    }
    let _stable = stable();
    assert_snapshot!(name, format!("{whole}\n{:#}", answer.json()));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_request_as_a_whole() {
    let desk = Desk::start().await;
    let post = async |media_type: &str, body: &str| {
        desk.post_raw("/contact", media_type, body.to_owned()).await
    };

    assert_problem("malformed", &post("application/json", "{").await);
    assert_problem(
        "too_large",
        &post("application/json", &" ".repeat(20_000)).await,
    );
    assert_problem("unsupported_media_type", &post("text/plain", "hello").await);
    assert_problem("not_found", &desk.get("/articles/nowhere").await);
    let deleted = Answer::to(desk.request(Method::DELETE, "/contact")).await;
    assert_problem("method_not_allowed", &deleted);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_fields_and_keys() {
    let desk = Desk::start().await;
    let keyed = async |body: &Value| {
        let post = desk.request(Method::POST, "/contact");
        Answer::to(post.header("idempotency-key", "k").json(body)).await
    };

    let bad = json!({ "email": "ada", "phone": "1", "topic": "x", "color": "red" });
    assert_problem("invalid", &desk.post("/contact", &bad).await);
    assert_eq!(keyed(&message()).await.status, 201);
    let other = with(message(), "message", json!("Another one"));
    assert_problem("key_reused", &keyed(&other).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_booked() {
    let desk = Desk::start().await;
    let at = |start: &str| with(booking(), "start", json!(start));

    assert_eq!(desk.post("/bookings", &booking()).await.status, 201);
    let bobs = with(booking(), "patient.email", json!("bob@example.com"));
    assert_problem("slot_taken", &desk.post("/bookings", &bobs).await);
    for (name, body) in [
        ("outside_hours", at("2026-12-01T03:00:00-05:00")),
        ("too_soon", at("2026-11-30T09:15:00-05:00")),
        ("too_far", at("2028-12-01T10:00:00-05:00")),
        (
            "patients_not_accepted",
            with(booking(), "service", json!("follow-up")),
        ),
    ] {
        assert_problem(name, &desk.post("/bookings", &body).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_decided_otherwise() {
    let desk = Desk::start().await;
    let sent = desk.post("/contact", &message()).await.json();
    let reference = sent["reference"].as_str().unwrap();
    desk.mail(reference, "message_to_staff").await;
    let path = desk.review_path(reference).await;
    desk.decide(&path, "spam").await;

    let refused = desk.decide(&path, "handled").await;

    assert_problem("wrong_state", &refused);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_much_or_does_not_work_now() {
    let few = |toml: String| toml.replace("refuse_per_minute = 60", "refuse_per_minute = 10");
    let desk = Desk::with_clinic(few).await;

    for n in 0..10 {
        let body = with(message(), "message", json!(format!("Message {n}")));
        assert_eq!(desk.post("/contact", &body).await.status, 201);
    }
    assert_problem(
        "too_many_requests",
        &desk.post("/contact", &message()).await,
    );
    desk.faults(json!({ "dynamodb": "down" })).await;
    assert_problem("unavailable", &desk.post("/bookings", &booking()).await);
}
