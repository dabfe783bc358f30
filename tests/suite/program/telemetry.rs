//! What operators see: a line about each request, and metrics.

use std::collections::HashMap;

use frontdesk_tests::{
    Desk, booking,
    lambda::{Function, Ses, http_event},
    message, with,
};
use jiff::{SignedDuration, ToSpan as _};
use serde_json::{Value, json};
use shared::clock::Clock;

/// The lines of a function's log that have this field.
fn lines(function: &Function, field: &str) -> Vec<Value> {
    let log = function.log();
    let lines = log.lines().map(|line| serde_json::from_str(line).unwrap());
    lines
        .filter(|line: &Value| line.get(field).is_some())
        .collect()
}

/// The metrics in a function's log, in embedded metric format.
fn metrics(function: &Function) -> Vec<HashMap<String, u64>> {
    let values = |line: Value| {
        let directive = &line["_aws"]["CloudWatchMetrics"][0];
        assert_eq!(directive["Namespace"], "frontdesk/local", "{line}");
        assert_eq!(directive["Dimensions"], json!([[]]), "{line}");
        let names = directive["Metrics"].as_array().unwrap();
        let names = names.iter().map(|metric| metric["Name"].as_str().unwrap());
        let value = |name: &str| (name.to_owned(), line[name].as_u64().unwrap());
        names.map(value).collect()
    };
    lines(function, "_aws").into_iter().map(values).collect()
}

fn counted(name: &str, value: u64) -> HashMap<String, u64> {
    HashMap::from([(name.to_owned(), value)])
}

#[tokio::test(flavor = "multi_thread")]
async fn each_request_is_one_line_with_its_route_and_what_it_took() {
    let desk = Desk::start().await;
    let environment = desk.environment().await;
    let mut contact = Function::start("contact", &environment).await;
    let mut articles = Function::start("articles", &environment).await;

    for body in [message(), json!({})] {
        contact
            .invoke(http_event("POST", "/contact", Some(&body)))
            .await;
    }
    for path in [
        "/articles/gut-health-and-foot-pain",
        "/articles/secret-name",
    ] {
        articles.invoke(http_event("GET", path, None)).await;
    }

    let seen = |function: &Function| -> Vec<Value> {
        let line = |line: Value| {
            assert_eq!(line["request.id"], "gateway-request-id");
            assert!(line["response.millis"].is_u64(), "{line}");
            json!([
                line["request.method"],
                line["request.route"],
                line["response.status"],
                line["dynamodb.calls"],
                line["dynamodb.capacity"].as_f64().unwrap() > 0.0,
            ])
        };
        let lines = lines(function, "request.route");
        lines.into_iter().map(line).collect()
    };
    assert_eq!(
        seen(&contact),
        [
            json!(["POST", "/contact", 201, 1, true]),
            json!(["POST", "/contact", 422, 0, false]),
        ]
    );
    assert_eq!(
        seen(&articles),
        [
            json!(["GET", "/articles/{slug}", 200, 1, true]),
            json!(["GET", "/articles/{slug}", 404, 0, false]),
        ]
    );
    assert!(!articles.log().contains("secret-name"));
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_and_bookings_are_counted_once_each() {
    let desk = Desk::start().await;
    let environment = desk.environment().await;
    let mut contact = Function::start("contact", &environment).await;
    let mut bookings = Function::start("booking", &environment).await;
    // The binary lives in the present.
    let soon = Clock::system().now() + SignedDuration::from_hours(72);
    let day = soon.strftime("%F").to_string();
    let week = (soon + 144.hours()).strftime("%F").to_string();
    let free = desk
        .get(&format!(
            "/availability?service=foot-care&from={day}&to={week}"
        ))
        .await;
    let start = &free.json()["days"]
        .as_object()
        .unwrap()
        .values()
        .find_map(|starts| starts.as_array().unwrap().first().cloned())
        .unwrap()["start"];
    let booking = with(booking(), "start", start.clone());

    let suspicious = with(message(), "message", json!("Another"));
    let suspicious = with(suspicious, "_gotcha", json!("x"));
    for body in [message(), message(), suspicious] {
        contact
            .invoke(http_event("POST", "/contact", Some(&body)))
            .await;
    }
    for _ in 0..2 {
        bookings
            .invoke(http_event("POST", "/bookings", Some(&booking)))
            .await;
    }

    let message = |quarantined| {
        let mut message = counted("Messages", 1);
        message.insert("QuarantinedMessages".to_owned(), quarantined);
        message
    };
    assert_eq!(metrics(&contact), [message(0), message(1)]);
    assert_eq!(metrics(&bookings), [counted("Bookings", 1)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sweep_tells_how_many_mails_wait_and_for_how_long() {
    let desk = Desk::start().await;
    let present = Clock::system().now();
    desk.set_now(present - SignedDuration::from_mins(50)).await;
    desk.faults(json!({ "ses": "throttle" })).await;
    assert_eq!(desk.post("/contact", &message()).await.status, 201);
    let mut environment = desk.environment().await;
    let mut mailer = Function::start("mailer", &environment).await;

    mailer.invoke(json!({ "sweep": true })).await;
    let ses = Ses::start().await;
    environment.insert("AWS_ENDPOINT_URL_SESV2".to_owned(), ses.url.clone());
    // Both were just tried and wait again, and are as old as they are.
    mailer.invoke(json!({ "sweep": true })).await;

    let all = metrics(&mailer);
    let sweeps: Vec<_> = all
        .iter()
        .filter_map(|line| Some((line.get("MailsWaiting")?, line["OldestWaitingMail"])))
        .collect();
    assert_eq!(sweeps.len(), 2, "{all:?}");
    for (waiting, oldest) in sweeps {
        assert_eq!(*waiting, 2);
        assert!((2990..3120).contains(&oldest), "{oldest} s");
    }
    let retried = all.iter().filter(|line| line.contains_key("MailsRetried"));
    assert_eq!(retried.count(), 2, "{all:?}");
    let handled = lines(&mailer, "event.handled");
    assert_eq!(handled.len(), 2);
    assert_eq!(handled[0]["event.handled"], true);
    assert!(
        handled[0]["dynamodb.calls"].as_u64().unwrap() >= 5,
        "{handled:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_a_website_only_its_requests_are_answered_and_it_says_who_asks() {
    let desk = Desk::start().await;
    let mut environment = desk.environment().await;
    environment.insert("ORIGIN_KEY".to_owned(), "k".repeat(64));
    let mut contact = Function::start("contact", &environment).await;
    let event = |key: Option<&str>, viewer: &str| {
        let body = with(message(), "message", json!(viewer));
        let mut event = http_event("POST", "/contact", Some(&body));
        event["headers"]["x-viewer-address"] = json!(viewer);
        if let Some(key) = key {
            event["headers"]["x-origin-key"] = json!(key);
        }
        event
    };
    let key = "k".repeat(64);

    for wrong in [None, Some(""), Some("k"), Some(&key[1..])] {
        let refused = contact.invoke(event(wrong, "198.51.100.9")).await;
        assert_eq!(refused["statusCode"], 404, "{refused}");
    }
    for viewer in ["198.51.100.1", "198.51.100.2", "2001:db8::1"] {
        let stored = contact.invoke(event(Some(&key), viewer)).await;
        assert_eq!(stored["statusCode"], 201, "{stored}");
    }

    // The gateway saw one address all the time. The last has its /48 counted as well.
    assert_eq!(desk.items_of("ContactTable", "sender#").await.len(), 4);
    assert!(!contact.log().contains("198.51"));
}
