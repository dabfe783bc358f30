//! How much one sender may send, without anything stored that says who it was.

use std::collections::BTreeMap;

use frontdesk_tests::{Answer, Desk, MESSAGE_MAILS, message, seeds, text, with};
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

async fn strict() -> Desk {
    Desk::with_clinic(|toml| {
        toml.replace("quarantine_per_minute = 10", "quarantine_per_minute = 4")
            .replace("refuse_per_minute = 60", "refuse_per_minute = 12")
            .replace("quarantine_per_day = 50", "quarantine_per_day = 16")
            .replace("refuse_per_day = 500", "refuse_per_day = 20")
    })
    .await
}

async fn send(desk: &Desk, address: &str, text: &str) -> Answer {
    let request = desk
        .request(Method::POST, "/contact")
        .header("x-forwarded-for", address);
    let request = request.json(&with(message(), "message", json!(text)));
    desk.settled(request).await
}

/// How many messages there are in each state.
async fn states(desk: &Desk) -> BTreeMap<String, usize> {
    let mut states = BTreeMap::new();
    for item in desk.items_of("ContactTable", "message#").await {
        *states.entry(text(&item, "inbox").to_owned()).or_default() += 1;
    }
    states
}

fn counts(received: usize, quarantined: usize) -> BTreeMap<String, usize> {
    let counts = [("received", received), ("quarantined", quarantined)];
    let there = counts.into_iter().filter(|(_, count)| *count > 0);
    there
        .map(|(state, count)| (state.to_owned(), count))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_100_at_once_exactly_as_many_are_stored_as_are_allowed() {
    for seed in 1..=seeds(3) {
        let desk = strict().await;
        let address = format!("198.51.100.{seed}");

        let texts: Vec<String> = (0..100).map(|n| format!("Message {n} of {seed}")).collect();
        let answers = join_all(texts.iter().map(|text| send(&desk, &address, text))).await;

        let of = |status: u16| answers.iter().filter(move |answer| answer.status == status);
        assert_eq!((of(201).count(), of(429).count()), (12, 88), "seed {seed}");
        for refused in of(429) {
            assert_eq!(refused.problem(), "too_many_requests");
            let seconds: u32 = refused.header("retry-after").parse().unwrap();
            assert!((1..=60).contains(&seconds), "{seconds}");
        }
        assert_eq!(states(&desk).await, counts(4, 8), "seed {seed}");
        let senders = desk.items_of("ContactTable", "sender#").await;
        assert_eq!(senders[0]["day"].as_n().unwrap(), "12", "seed {seed}");
        desk.mails_of(&MESSAGE_MAILS, 8).await;
    }
}

/// Besides the conflicts of posts that really meet.
#[tokio::test(flavor = "multi_thread")]
async fn who_was_told_yes_is_who_is_stored_however_often_posts_meet() {
    for conflicts in [20, 100, 300] {
        let desk = strict().await;
        desk.faults(json!({ "dynamodb": "conflict", "times": conflicts }))
            .await;

        let texts: Vec<String> = (0..100).map(|n| format!("Message {n}")).collect();
        let answers = join_all(texts.iter().map(|text| send(&desk, "198.51.100.1", text))).await;

        let mut statuses = BTreeMap::new();
        for answer in &answers {
            *statuses.entry(answer.status.as_u16()).or_insert(0) += 1;
        }
        let stored = desk.items_of("ContactTable", "message#").await.len();
        assert_eq!(statuses.get(&201), Some(&stored), "{statuses:?}");
        assert!(stored <= 12, "{statuses:?}");
        assert!(
            statuses.keys().all(|status| [201, 429].contains(status)),
            "{statuses:?}"
        );
        let senders = desk.items_of("ContactTable", "sender#").await;
        assert_eq!(*senders[0]["day"].as_n().unwrap(), stored.to_string());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn minutes_and_days_pass_and_others_are_not_held_up() {
    let desk = strict().await;
    let mut sent = 0;
    let mut many = async |address: &str, count: usize| {
        let mut statuses = Vec::new();
        for _ in 0..count {
            sent += 1;
            statuses.push(
                send(&desk, address, &format!("Message {sent}"))
                    .await
                    .status
                    .as_u16(),
            );
        }
        statuses
    };
    let school = "203.0.113.7";

    assert_eq!(many(school, 13).await, [vec![201; 12], vec![429]].concat());
    assert_eq!(many("203.0.113.8", 1).await, [201], "somebody else");
    desk.clock(json!({ "advance": "PT1M" })).await;
    // Eight more of the day's twenty; from the seventeenth on they are quarantined.
    assert_eq!(many(school, 9).await, [vec![201; 8], vec![429]].concat());
    assert_eq!(states(&desk).await, counts(4 + 1 + 4, 8 + 4));
    desk.clock(json!({ "advance": "PT1M" })).await;
    let refused = send(&desk, school, "Too many today").await;
    let seconds: u32 = refused.header("retry-after").parse().unwrap();
    assert_eq!(refused.status, 429);
    assert!(
        (14 * 3600..=15 * 3600).contains(&seconds),
        "until midnight in Toronto: {seconds}"
    );
    desk.clock(json!({ "advance": "PT15H" })).await;
    assert_eq!(many(school, 1).await, [201], "another day");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_does_not_count_and_a_refusal_does_not_either() {
    let desk = strict().await;
    let address = "203.0.113.7";

    for n in 0..12 {
        let text = format!("Message {n}");
        for replayed in ["", "true"] {
            let answer = send(&desk, address, &text).await;
            assert_eq!(answer.status, 201, "{n}: {answer:?}");
            assert_eq!(answer.header("idempotency-replayed"), replayed);
        }
    }
    assert_eq!(send(&desk, address, "One more").await.status, 429);
    let replay = send(&desk, address, "Message 3").await;
    assert_eq!(replay.header("idempotency-replayed"), "true", "even now");
    let senders = desk.items_of("ContactTable", "sender#").await;
    assert_eq!(senders[0]["day"].as_n().unwrap(), "12");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_ipv6_subscriber_is_one_sender() {
    let desk = strict().await;

    for n in 0..12 {
        let address = format!("2001:db8:1:2::{n:x}");
        assert_eq!(
            send(&desk, &address, &format!("Message {n}")).await.status,
            201
        );
    }

    assert_eq!(
        send(&desk, "2001:db8:1:2:ffff::1", "Same /64").await.status,
        429
    );
    assert_eq!(send(&desk, "2001:db8:1:3::1", "Next /64").await.status, 201);
    // Two networks, and the site around them.
    assert_eq!(desk.items_of("ContactTable", "sender#").await.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_kept_only_as_a_hash_that_changes_daily() {
    let desk = Desk::start().await;
    let pseudonym = async || {
        let mut items = desk.items_of("ContactTable", "sender#").await;
        items.sort_by_key(|item| item["expires_at"].as_n().unwrap().clone());
        items
            .last()
            .map(|item| text(item, "pk").to_owned())
            .unwrap()
    };
    send(&desk, "203.0.113.77", "Monday").await;
    let monday = pseudonym().await;
    desk.clock(json!({ "advance": "PT24H" })).await;
    send(&desk, "203.0.113.77", "Tuesday").await;

    assert_ne!(pseudonym().await, monday);
    assert!(!desk.everything().await.contains("203.0.113"));
    let expiry = desk.items_of("ContactTable", "sender#").await;
    assert!(expiry.iter().all(|item| item.contains_key("expires_at")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_that_is_refused_keeps_what_it_typed() {
    let desk = strict().await;
    for n in 0..12 {
        send(&desk, "127.0.0.1", &format!("Message {n}")).await;
    }

    let fields = [
        ("name", "Zoë"),
        ("email", "zoe@example.com"),
        ("message", "Long text"),
        ("consent", "on"),
    ];
    let answer = desk.post_form("/contact", &fields).await;

    assert_eq!(answer.status, 429);
    assert!(answer.text.contains("Long text"));
    assert!(
        answer.text.contains("press Send again in a minute"),
        "{}",
        answer.text
    );
    let json: Value = send(&desk, "127.0.0.1", "As a program").await.json();
    assert_eq!(json["status"], 429);
}
