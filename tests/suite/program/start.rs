//! A function that starts while the store is down.

use frontdesk_tests::{
    Desk, Item, booking,
    lambda::{Function, Ses, http_event},
    message, text,
};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_function_that_starts_without_a_store_answers_503_and_then_works() {
    let desk = Desk::start().await;
    let environment = desk.environment().await;
    desk.faults(json!({ "dynamodb": "down" })).await;
    let mut started = Vec::new();
    for (name, event, status) in [
        (
            "contact",
            http_event("POST", "/contact", Some(&message())),
            201,
        ),
        (
            "booking",
            http_event("POST", "/bookings", Some(&booking())),
            201,
        ),
        ("articles", http_event("GET", "/clinic", None), 200),
    ] {
        let mut function = Function::start(name, &environment).await;
        let answer = function.invoke(event.clone()).await;
        assert_eq!(answer["statusCode"], 503, "{name}: {answer}");
        assert_eq!(answer["headers"]["retry-after"], "2");
        started.push((name, function, event, status));
    }

    desk.faults(json!({ "dynamodb": "ok" })).await;

    for (name, mut function, event, status) in started {
        // The system's clock is not the desk's: a start of tomorrow may be in the past.
        let answer = function.invoke(event).await;
        let expected = if name == "booking" {
            vec![201, 422]
        } else {
            vec![status]
        };
        let answered = answer["statusCode"].as_u64().unwrap();
        assert!(expected.contains(&answered), "{name}: {answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailer_that_starts_without_a_store_sends_its_mails_later() {
    let desk = Desk::start().await;
    desk.faults(json!({ "ses": "down" })).await;
    // In the local program's past the mails are queued; the binary lives in the present, where they are due.
    desk.set_now("2025-01-01T14:00:00Z".parse().unwrap()).await;
    desk.post("/contact", &message()).await;
    let ses = Ses::start().await;
    let mut environment = desk.environment().await;
    environment.insert("AWS_ENDPOINT_URL_SESV2".to_owned(), ses.url.clone());
    desk.faults(json!({ "dynamodb": "down" })).await;
    let mut mailer = Function::start("mailer", &environment).await;

    let failed = mailer.invoke(json!({ "sweep": true })).await;
    assert!(failed["errorMessage"].is_string(), "{failed}");
    assert_eq!(ses.count(), 0);
    desk.faults(json!({ "dynamodb": "ok" })).await;
    let swept = mailer.invoke(json!({ "sweep": true })).await;

    assert!(swept["errorMessage"].is_null(), "{swept}");
    let settled = |mail: &Item| ["sent", "failed"].contains(&text(mail, "state"));
    assert!(
        desk.stored_mails().await.iter().any(settled),
        "the mailer took them up"
    );
}
