//! The functions' real binaries under a Lambda runtime API, against the local program's store and mail.

use aws_sdk_dynamodb::types::AttributeValue;
use frontdesk_tests::{
    DIGESTS, Desk, MESSAGE_MAILS, TABLES,
    booked::{Booked, assessment},
    infra,
    lambda::{Function, Ses, http_event},
    message, text, with,
};
use jiff::{SignedDuration, ToSpan as _};
use serde_json::{Value, json};
use shared::clock::Clock;

fn body(answer: &Value) -> Value {
    serde_json::from_str(answer["body"].as_str().unwrap()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_http_functions_answer_api_gateway() {
    let desk = Desk::start().await;
    let environment = desk.environment().await;

    let mut contact = Function::start("contact", &environment).await;
    let stored = contact
        .invoke(http_event("POST", "/contact", Some(&message())))
        .await;
    let refused = contact
        .invoke(http_event("POST", "/contact", Some(&json!({}))))
        .await;
    let mut booking = Function::start("booking", &environment).await;
    let services = booking.invoke(http_event("GET", "/services", None)).await;
    let mut articles = Function::start("articles", &environment).await;
    let article = articles
        .invoke(http_event(
            "GET",
            "/articles/gut-health-and-foot-pain",
            None,
        ))
        .await;

    assert_eq!(stored["statusCode"], 201, "{stored}");
    assert!(
        body(&stored)["reference"]
            .as_str()
            .unwrap()
            .starts_with("C-")
    );
    assert_eq!(refused["statusCode"], 422);
    assert_eq!(body(&refused)["instance"], "urn:request:gateway-request-id");
    assert_eq!(body(&services)["time_zone"], "America/Toronto");
    assert_eq!(body(&article)["slug"], "gut-health-and-foot-pain");
    assert_eq!(desk.items_of("ContactTable", "message#").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_function_reads_the_clinic_before_it_asks_for_its_first_event() {
    let desk = Desk::start().await;
    let mut environment = desk.environment().await;
    let counter =
        frontdesk_tests::counter::Counter::before(&environment["AWS_ENDPOINT_URL_DYNAMODB"]).await;
    environment.insert("AWS_ENDPOINT_URL_DYNAMODB".to_owned(), counter.url.clone());

    for name in [
        "contact", "digest", "booking", "sweep", "articles", "mailer",
    ] {
        let mut function = Function::start(name, &environment).await;
        function.asked().await;
        // With the catalogue of the articles: its head and its one part.
        let reads = if name == "articles" { 3 } else { 1 };
        assert_eq!(
            counter.take().into_iter().collect::<Vec<_>>(),
            [("GetItem".to_owned(), reads)],
            "{name}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_mailer_takes_stream_events_and_sweeps_and_reports_what_it_could_not_do() {
    let desk = Desk::start().await;
    assert_eq!(desk.post("/contact", &message()).await.status, 201);
    desk.mails_of(&MESSAGE_MAILS, 2).await;
    // In the local program's past nothing is due; the binary lives in the present, where three mails are.
    desk.set_now("2020-01-01T00:00:00Z".parse().unwrap()).await;
    let ses = Ses::start().await;
    let mut environment = desk.environment().await;
    environment.insert("AWS_ENDPOINT_URL_SESV2".to_owned(), ses.url.clone());
    let client = desk.dynamodb().await;
    let sent = desk.stored_mails().await.swap_remove(0);
    for id in ["woken", "swept", "left"] {
        let mut waiting = sent.clone();
        for (name, value) in [
            ("id", id),
            ("state", "waiting"),
            ("queue", "due"),
            ("due_at", "2021-01-01T00:00:00.000Z"),
        ] {
            waiting.insert(name.to_owned(), AttributeValue::S(value.to_owned()));
        }
        client
            .put_item()
            .table_name("MailTable")
            .set_item(Some(waiting))
            .send()
            .await
            .unwrap();
    }
    let record = |id: &str, sequence_number: &str| {
        json!({
            "eventID": "1", "eventName": "INSERT", "eventVersion": "1.1", "eventSource": "aws:dynamodb",
            "awsRegion": "ca-central-1",
            "dynamodb": {
                "ApproximateCreationDateTime": 1_796_047_200.0, "Keys": { "id": { "S": id } },
                "SequenceNumber": sequence_number, "SizeBytes": 10, "StreamViewType": "KEYS_ONLY",
            },
        })
    };
    let mut mailer = Function::start("mailer", &environment).await;

    let woken = mailer
        .invoke(json!({ "Records": [record("woken", "1"), record("nothing", "2")] }))
        .await;
    assert_eq!((&woken["batchItemFailures"], ses.count()), (&json!([]), 1));
    desk.faults(json!({ "dynamodb": "down" })).await;
    let store_down = mailer
        .invoke(json!({ "Records": [record("swept", "7"), record("left", "8")] }))
        .await;
    desk.faults(json!({ "dynamodb": "ok" })).await;
    assert_eq!(
        store_down["batchItemFailures"],
        json!([{ "itemIdentifier": "7" }, { "itemIdentifier": "8" }])
    );
    assert_eq!(ses.count(), 1);
    let swept = mailer.invoke(json!({ "sweep": true })).await;
    assert_eq!((&swept["batchItemFailures"], ses.count()), (&json!([]), 3));
    let again = mailer.invoke(json!({ "sweep": true })).await;
    assert_eq!((&again["batchItemFailures"], ses.count()), (&json!([]), 3));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_environment_of_the_local_program_is_all_that_the_template_gives() {
    let desk = Desk::start().await;
    let environment = desk.environment().await;

    for (name, in_template) in frontdesk::Template::read(&infra()).unwrap().environment() {
        let value = &environment[&name];
        if name.ends_with("_TABLE") {
            assert!(TABLES.contains(&value.as_str()), "{name} is {value}");
        } else {
            assert_ne!(*value, in_template, "{name} still is a parameter's name");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_functions_log_holds_nothing_that_was_typed() {
    let desk = Desk::start().await;
    let mut environment = desk.environment().await;
    environment.insert("LOG_LEVEL".to_owned(), "trace".to_owned());
    let mut contact = Function::start("contact", &environment).await;
    let canary = "cAnArY7";
    let typed = |text: &str| {
        with(
            with(message(), "name", json!(canary)),
            "message",
            json!(format!("{canary} {text}")),
        )
    };

    let stored = contact
        .invoke(http_event("POST", "/contact", Some(&typed("one"))))
        .await;
    let refused = contact
        .invoke(http_event(
            "POST",
            "/contact",
            Some(&json!({ canary: canary })),
        ))
        .await;
    desk.faults(json!({ "dynamodb": "down" })).await;
    let down = contact
        .invoke(http_event("POST", "/contact", Some(&typed("two"))))
        .await;

    let statuses = [&stored, &refused, &down].map(|answer| answer["statusCode"].as_u64().unwrap());
    assert_eq!(statuses, [201, 422, 503]);
    let log = contact.log();
    assert!(
        log.contains("stored contact message") && log.contains("was not stored"),
        "{log}"
    );
    assert!(
        !log.contains(canary) && !log.contains("zoe@") && !log.contains("416-555"),
        "{log}"
    );
    let lines = log
        .lines()
        .all(|line| serde_json::from_str::<Value>(line).is_ok());
    assert!(lines, "one JSON object a line: {log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_digest_is_written_once_however_often_the_schedules_ask() {
    let desk = Desk::start().await;
    // The local program lives two days in the past, the binaries in the present.
    let present = Clock::system().now();
    desk.set_now(present - SignedDuration::from_hours(48)).await;
    let reference = desk.quarantine(&message()).await;
    let environment = desk.environment().await;
    let mut schedules = Vec::new();
    for (binary, event) in [
        ("digest", json!({ "digest": true })),
        ("digest", json!({ "digest": true })),
        ("sweep", json!({ "sweep": true })),
        ("mailer", json!({ "sweep": true })),
    ] {
        schedules.push((Function::start(binary, &environment).await, event));
    }

    for _ in 0..2 {
        for (function, event) in &mut schedules {
            function.invoke(event.clone()).await;
        }
    }

    let digest = desk.mails_of(&DIGESTS, 1).await.swap_remove(0);
    assert!(digest["text"].as_str().unwrap().contains(&reference));
    let log = schedules[0].0.log();
    assert!(
        log.contains("wrote the digest's part about messages"),
        "{log}"
    );
    assert!(!log.contains("zoe@") && !log.contains("heel"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_expires_once_however_often_the_schedule_asks() {
    let desk = Desk::start().await;
    // The local program lives a week in the past, the binary in the present.
    let past = Clock::system().now() - SignedDuration::from_hours(7 * 24);
    desk.set_now(past).await;
    let toronto = past.in_tz("America/Toronto").unwrap().date();
    let (from, to) = (toronto, toronto.saturating_add(7_i32.days()));
    let path = format!("/availability?service=initial-assessment&from={from}&to={to}");
    let days = desk.get(&path).await.json()["days"].clone();
    let starts = days.as_object().unwrap().values();
    let mut starts = starts.flat_map(|day| day.as_array().unwrap());
    let start = starts.find(|start| start["book"] == "online").unwrap();
    let body = with(assessment(), "start", start["start"].clone());
    let body = with(body, "practitioner", json!(""));
    let booked = Booked::of(&desk, &body).await;
    let environment = desk.environment().await;
    let mut first = Function::start("sweep", &environment).await;
    let mut second = Function::start("sweep", &environment).await;

    let event = json!({ "sweep": true });
    for function in [&mut first, &mut second] {
        assert_eq!(function.invoke(event.clone()).await, Value::Null);
    }
    assert_eq!(first.invoke(event).await, Value::Null);

    let view = booked.view(&desk).await;
    assert_eq!(
        (&view["status"], &view["revision"]),
        (&json!("expired"), &json!(1))
    );
    let expired = |mail: &&frontdesk_tests::Item| text(mail, "id").contains("/booking_expired/");
    let mails = desk.stored_mails().await;
    assert_eq!(mails.iter().filter(expired).count(), 1, "{mails:?}");
    let log = first.log();
    assert!(log.contains("what was due has happened"), "{log}");
    assert!(!log.contains("zoe@") && !log.contains("corn"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sender_is_who_the_gateway_saw_whatever_a_header_says() {
    let desk = Desk::start().await;
    let mut contact = Function::start("contact", &desk.environment().await).await;

    for (address, text) in [("192.0.2.1", "1"), ("192.0.2.1", "2"), ("192.0.2.2", "3")] {
        let body = with(message(), "message", json!(text));
        let mut event = http_event("POST", "/contact", Some(&body));
        event["requestContext"]["http"]["sourceIp"] = json!(address);
        event["headers"]["x-forwarded-for"] = json!(format!("198.51.100.{text}"));
        assert_eq!(contact.invoke(event).await["statusCode"], 201);
    }

    let mut counts: Vec<String> = desk
        .items_of("ContactTable", "sender#")
        .await
        .iter()
        .map(|item| item["day"].as_n().unwrap().clone())
        .collect();
    counts.sort_unstable();
    assert_eq!(counts, ["1", "2"]);
}
