//! What operators see: a line about each request, and metrics.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
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
        .filter_map(|line| line.get("OldestWaitingMail"))
        .collect();
    assert_eq!(sweeps.len(), 2, "{all:?}");
    for oldest in sweeps {
        assert!((2990..3120).contains(oldest), "{oldest} s");
    }
    let swept = lines(&mailer, "mails.waiting");
    assert_eq!(swept.len(), 2);
    for line in swept {
        assert_eq!(line["mails.waiting"], 2, "{line}");
        assert_eq!(line["mails.paused"], false, "{line}");
    }
    let handled = lines(&mailer, "event.handled");
    assert_eq!(handled.len(), 2);
    assert_eq!(handled[0]["event.handled"], true);
    assert!(
        handled[0]["dynamodb.calls"].as_u64().unwrap() >= 5,
        "{handled:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_table_refuses_at_its_cap_is_counted() {
    let desk = Desk::start().await;
    let environment = desk.environment().await;
    let mut contact = Function::start("contact", &environment).await;
    contact.asked().await;

    desk.faults(json!({ "dynamodb": "throttle", "table": "ContactTable", "times": 2 }))
        .await;
    let stored = contact
        .invoke(http_event("POST", "/contact", Some(&message())))
        .await;

    assert_eq!(stored["statusCode"], 201, "{stored}");
    let all = metrics(&contact);
    assert!(all.contains(&counted("TablesThrottled", 2)), "{all:?}");
    let line = &lines(&contact, "request.route")[0];
    assert_eq!(line["dynamodb.throttled"], 2, "{line}");
}

/// A message that CloudFront passes on, with this key, from this address.
fn through_cloudfront(key: Option<&str>, viewer: &str) -> Value {
    let body = with(message(), "message", json!(viewer));
    let mut event = http_event("POST", "/contact", Some(&body));
    event["headers"]["x-viewer-address"] = json!(viewer);
    if let Some(key) = key {
        event["headers"]["x-origin-key"] = json!(key);
    }
    event
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_a_website_only_its_requests_are_answered_and_it_says_who_asks() {
    let desk = Desk::start().await;
    let mut environment = desk.environment().await;
    let (key, before) = ("k".repeat(64), "b".repeat(64));
    environment.insert("ORIGIN_KEYS".to_owned(), format!("{key},{before}"));
    environment.insert("DIRECT_ADDRESS".to_owned(), "closed".to_owned());
    let mut contact = Function::start("contact", &environment).await;

    let both = format!("{key},{before}");
    for wrong in [None, Some(""), Some("k"), Some(&key[1..]), Some(&both)] {
        let refused = contact
            .invoke(through_cloudfront(wrong, "198.51.100.9"))
            .await;
        assert_eq!(refused["statusCode"], 404, "{refused}");
    }
    for (key, viewer) in [
        (&key, "198.51.100.1"),
        (&before, "198.51.100.2"),
        (&key, "2001:db8::1"),
    ] {
        let stored = contact.invoke(through_cloudfront(Some(key), viewer)).await;
        assert_eq!(stored["statusCode"], 201, "{stored}");
    }

    // The gateway saw one address all the time. The last has its /48 counted as well.
    assert_eq!(desk.items_of("ContactTable", "sender#").await.len(), 4);
    assert!(!contact.log().contains("198.51"));
}

/// Answers that everybody gets are held for some seconds.
#[tokio::test(flavor = "multi_thread")]
async fn what_the_website_was_just_answered_nobody_else_is() {
    let desk = Desk::start().await;
    let mut environment = desk.environment().await;
    let key = "k".repeat(64);
    environment.insert("ORIGIN_KEYS".to_owned(), key.clone());
    let mut articles = Function::start("articles", &environment).await;
    let event = |shown: &str| {
        let mut event = http_event("GET", "/articles", None);
        event["headers"]["x-origin-key"] = json!(shown);
        event
    };

    for (shown, status) in [(&*key, 200), ("x", 404), (&key, 200), ("", 404)] {
        let answer = articles.invoke(event(shown)).await;
        assert_eq!(answer["statusCode"], status, "{shown}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_dash_in_the_place_of_a_former_key_opens_nothing() {
    let desk = Desk::start().await;
    let mut environment = desk.environment().await;
    environment.insert("ORIGIN_KEYS".to_owned(), format!("{},-", "k".repeat(64)));
    let mut contact = Function::start("contact", &environment).await;

    for shown in ["-", ""] {
        let refused = contact
            .invoke(through_cloudfront(Some(shown), "198.51.100.9"))
            .await;
        assert_eq!(refused["statusCode"], 404, "{refused}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn while_a_front_desk_moves_to_its_domain_both_addresses_answer() {
    let desk = Desk::start().await;
    let mut environment = desk.environment().await;
    let key = "k".repeat(64);
    environment.insert("ORIGIN_KEYS".to_owned(), format!("{key},-"));
    environment.insert("DIRECT_ADDRESS".to_owned(), "answered".to_owned());
    let mut contact = Function::start("contact", &environment).await;

    // Without the key, nobody is believed about their address: the gateway's counts.
    for (key, viewer) in [
        (Some(key.as_str()), "198.51.100.1"),
        (None, "198.51.100.2"),
        (Some("x"), "198.51.100.3"),
    ] {
        let stored = contact.invoke(through_cloudfront(key, viewer)).await;
        assert_eq!(stored["statusCode"], 201, "{stored}");
    }

    assert_eq!(desk.items_of("ContactTable", "sender#").await.len(), 2);
}

/// In a first deployment the schedules begin before the clinic is published, and the alarm of failing functions would tell
/// of what is as it should be.
#[tokio::test(flavor = "multi_thread")]
async fn before_a_clinic_is_published_nothing_fails_and_nothing_is_well() {
    let desk = Desk::start().await;
    let environment = desk.environment().await;
    let delete = desk.dynamodb().await.delete_item();
    let delete = delete.table_name("ClinicTable");
    let clinic = AttributeValue::S("clinic".to_owned());
    delete.key("id", clinic).send().await.unwrap();

    for name in ["digest", "sweep", "mailer"] {
        let mut function = Function::start(name, &environment).await;
        let done = function.invoke(json!({ "sweep": true })).await;
        assert!(done["errorType"].is_null(), "{name}: {done}");
        let asked = function.invoke(json!({ "health": true })).await;
        assert!(asked["errorType"].is_string(), "{name}: {asked}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_version_says_whether_it_reads_its_clinic_and_its_tables() {
    let desk = Desk::start().await;
    let environment = desk.environment().await;
    let asked = json!({ "health": true });
    let before = desk.everything().await;

    for (name, table) in [
        ("contact", "CONTACT_TABLE"),
        ("digest", "CONTACT_TABLE"),
        ("booking", "BOOKING_TABLE"),
        ("sweep", "BOOKING_TABLE"),
        ("articles", "ARTICLES_TABLE"),
        ("mailer", "MAIL_TABLE"),
    ] {
        let mut well = Function::start(name, &environment).await;
        assert_eq!(
            well.invoke(asked.clone()).await,
            json!({ "healthy": true }),
            "{name}"
        );
        for table in [table, "CLINIC_TABLE"] {
            let mut environment = environment.clone();
            environment.insert(table.to_owned(), "NoSuchTable".to_owned());
            let mut unwell = Function::start(name, &environment).await;
            let failed = unwell.invoke(asked.clone()).await;
            assert!(failed["errorType"].is_string(), "{name}: {failed}");
        }
    }

    assert_eq!(desk.everything().await, before, "it changes nothing");
}
