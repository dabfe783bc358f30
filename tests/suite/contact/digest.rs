//! The daily digest of the quarantine.

use frontdesk_tests::{DIGEST, DIGESTS, Desk, html, message, with};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn the_digest_comes_once_a_day_at_its_hour_with_what_is_new() {
    let desk = Desk::start().await;
    let numbered = |n: u32| with(message(), "message", json!(format!("Message {n}")));
    let digests = async |count: usize| {
        let mails = desk.mails().await;
        let mut digests: Vec<String> = mails
            .iter()
            .filter(|mail| mail["kind"] == "digest")
            .map(|mail| mail["text"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(digests.len(), count, "{digests:?}");
        digests.pop().unwrap_or_default()
    };
    let first = desk.quarantine(&numbered(1)).await;
    desk.set_now("2026-11-30T14:59:00-05:00".parse().unwrap())
        .await;
    digests(0).await;

    desk.set_now(DIGEST.parse().unwrap()).await;
    let second = desk.quarantine(&numbered(2)).await;
    desk.clock(json!({ "advance": "PT4H" })).await;
    assert!(digests(1).await.contains(&first));

    desk.set_now("2026-12-01T15:00:00-05:00".parse().unwrap())
        .await;
    let text = digests(2).await;
    assert!(text.contains(&second) && text.contains(&first), "{text}");
    assert!(
        text.contains("1 of them arrived since the last digest"),
        "{text}"
    );

    // Decided messages are no longer listed; when nothing waits, there is no mail.
    let path = desk.review_path(&first).await;
    assert_eq!(desk.decide(&path, "spam").await.status, 200);
    desk.clock(json!({ "advance": "PT24H" })).await;
    let text = digests(3).await;
    assert!(text.contains(&second) && !text.contains(&first), "{text}");
    let path = desk.review_path(&second).await;
    assert_eq!(desk.decide(&path, "release").await.status, 200);
    desk.clock(json!({ "advance": "PT24H" })).await;
    digests(3).await;
    // After some days without a run nothing is left out.
    let third = desk.quarantine(&numbered(3)).await;
    desk.clock(json!({ "advance": "PT100H" })).await;
    assert!(digests(4).await.contains(&third));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_digest_that_was_never_delivered_is_made_up_for_by_the_next() {
    let desk = Desk::start().await;
    let reference = desk.quarantine(&message()).await;
    desk.faults(json!({ "ses": "reject" })).await;
    desk.set_now(DIGEST.parse().unwrap()).await;
    desk.faults(json!({ "ses": "ok" })).await;
    assert!(desk.mails().await.is_empty());

    desk.clock(json!({ "advance": "PT24H" })).await;

    desk.mails_of(&DIGESTS, 1).await;
    desk.review_path(&reference).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_was_wrong_for_a_while_does_not_silence_the_digest() {
    let desk = Desk::start().await;
    desk.quarantine(&message()).await;
    desk.clock(json!({ "advance": "PT2400H" })).await;
    desk.mails_of(&DIGESTS, 1).await;

    desk.set_now("2026-12-02T09:00:00-05:00".parse().unwrap())
        .await;
    let reference = desk
        .quarantine(&with(message(), "message", json!("After it")))
        .await;
    desk.set_now("2026-12-02T15:00:00-05:00".parse().unwrap())
        .await;

    desk.review_path(&reference).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_digest_of_many_is_several_mails_with_a_link_for_each() {
    let desk =
        Desk::with_clinic(|toml| toml.replace("refuse_per_minute = 60", "refuse_per_minute = 500"))
            .await;
    let mut references = Vec::new();
    // One cannot be read, and does not hold up the others.
    let poisoned = desk.quarantine(&message()).await;
    let s = |text: &str| aws_sdk_dynamodb::types::AttributeValue::S(text.to_owned());
    let spoiling = desk.dynamodb().await.update_item();
    let spoiling = spoiling
        .table_name("ContactTable")
        .key("pk", s(&format!("message#{poisoned}")))
        .key("sk", s("message"))
        .update_expression("SET reasons = :spoiled")
        .expression_attribute_values(":spoiled", s("x"));
    spoiling.send().await.unwrap();
    for n in 0..130 {
        references.push(
            desk.quarantine(&with(message(), "message", json!(format!("M {n}"))))
                .await,
        );
    }

    desk.set_now(DIGEST.parse().unwrap()).await;

    let mails = desk.mails_of(&DIGESTS, 2).await;
    let links: Vec<String> = mails
        .iter()
        .flat_map(|mail| html::links(mail["html"].as_str().unwrap()))
        .collect();
    assert!(
        mails
            .iter()
            .any(|mail| mail["text"].as_str().unwrap().contains("it cannot be read"))
    );
    references.push(poisoned);
    for reference in references {
        assert!(
            links.iter().any(|link| link.contains(&reference)),
            "{reference}"
        );
    }
}
