//! The outbox and the mailer, when SES is not at its best.

use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use frontdesk_tests::{
    Answer, Desk, Item, MESSAGE_MAILS, UNDELIVERED, booking, message, text, with,
};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_ses_does_not_take_now_is_sent_later_once() {
    for fault in ["throttle", "down"] {
        let desk = Desk::start().await;
        desk.faults(json!({ "ses": fault })).await;
        assert_eq!(desk.post("/contact", &message()).await.status, 201);

        tokio::time::sleep(Duration::from_secs(1)).await;
        assert!(desk.mails().await.is_empty());
        let waiting = desk.stored_mails().await;
        assert!(
            waiting.iter().all(|mail| text(mail, "state") == "waiting"),
            "{fault}"
        );
        desk.faults(json!({ "ses": "ok" })).await;
        desk.clock(json!({ "advance": "PT1M" })).await;

        desk.mails_of(&MESSAGE_MAILS, 2).await;
        desk.clock(json!({ "advance": "PT24H" })).await;
        desk.mails_of(&MESSAGE_MAILS, 2).await;
        let sent = desk.stored_mails().await;
        assert!(
            sent.iter()
                .all(|mail| text(mail, "state") == "sent" && !mail.contains_key("queue"))
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_ses_refuses_for_good_is_not_tried_again_and_staff_are_told_without_it() {
    // A patient's mail is refused twice: with its calendar file, and without.
    for (path, body, times) in [("/contact", message(), 2), ("/bookings", booking(), 3)] {
        let desk = Desk::start().await;
        desk.faults(json!({ "ses": "reject", "times": times }))
            .await;

        assert_eq!(desk.post(path, &body).await.status, 201);
        let notices = desk.mails_of(&UNDELIVERED, 2).await;
        desk.clock(json!({ "advance": "PT5H" })).await;

        desk.mails_of(&UNDELIVERED, 2).await;
        for notice in &notices {
            assert_eq!(notice["to"], json!(["reception@feetfirst.example"]));
            let text = notice["text"].as_str().unwrap();
            assert!(
                text.contains("Reason: the email service refuses this email (MessageRejected)"),
                "{text}"
            );
            // What staff's mail says may be why it was refused; the patient's says nothing of theirs.
            let is_staffs = text.contains("email about it did not reach you");
            assert_eq!(
                text.contains("Please call them: 416-555-0123"),
                !is_staffs,
                "{text}"
            );
            assert_eq!(
                text.contains("Zoë") || text.contains("zoe@"),
                !is_staffs,
                "{text}"
            );
        }
        let about_staffs = notices.iter().filter(|notice| {
            let text = notice["text"].as_str().unwrap();
            text.contains("email about it did not reach you")
        });
        for notice in about_staffs {
            let has_link = notice["text"].as_str().unwrap().contains("/review?token=");
            assert_eq!(has_link, path == "/contact");
        }
        let mut states = std::collections::BTreeMap::new();
        for mail in desk.stored_mails().await {
            *states.entry(text(&mail, "state").to_owned()).or_insert(0) += 1;
            let history = mail["history"].as_l().unwrap();
            assert_eq!(history.len(), 1);
        }
        assert_eq!(
            states,
            [("failed".to_owned(), 2), ("sent".to_owned(), 2)].into()
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn when_ses_refuses_everything_nothing_goes_round_in_circles() {
    let desk = Desk::start().await;
    desk.faults(json!({ "ses": "reject" })).await;

    assert_eq!(desk.post("/contact", &message()).await.status, 201);
    for _ in 0..5 {
        desk.clock(json!({ "advance": "PT1M" })).await;
    }

    let mails = desk.stored_mails().await;
    assert_eq!(mails.len(), 4, "two mails and a notice of each");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_mail_that_cannot_be_read_does_not_hold_up_the_others() {
    let desk = Desk::start().await;
    let client = desk.dynamodb().await;
    let s = |value: &str| aws_sdk_dynamodb::types::AttributeValue::S(value.to_owned());
    client
        .put_item()
        .table_name("MailTable")
        .item("id", s("poisoned"))
        .item("queue", s("due"))
        .item("due_at", s("2026-11-30T13:00:00.000Z"))
        .item(
            "attempts",
            aws_sdk_dynamodb::types::AttributeValue::N("0".to_owned()),
        )
        .send()
        .await
        .unwrap();

    assert_eq!(desk.post("/contact", &message()).await.status, 201);

    desk.mails_of(&MESSAGE_MAILS, 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mails_can_be_looked_at_as_a_page_and_as_they_were_sent() {
    let desk =
        Desk::with_clinic(|toml| toml.replace("text_by_mail = false", "text_by_mail = true")).await;
    let hostile = with(
        message(),
        "message",
        json!("<script>alert(1)</script> </iframe> &amp;"),
    );
    let hostile = with(hostile, "name", json!("O'Neil \"<b>Zoë</b>\""));
    assert_eq!(desk.post("/contact", &hostile).await.status, 201);
    let mails = desk.mails_of(&MESSAGE_MAILS, 2).await;

    let page = Answer::to(
        desk.request(Method::GET, "/_local/outbox")
            .header("accept", "text/html"),
    )
    .await;

    assert!(page.header("content-type").starts_with("text/html"));
    assert!(
        !page.text.contains("<script") && !page.text.contains("<b>Zoë"),
        "what a visitor wrote is only text"
    );
    for mail in &mails {
        let html = mail["html"].as_str().unwrap();
        assert!(
            !html.contains("<script") && !html.contains("<b>Zoë"),
            "{html}"
        );
        let at = format!("/_local/outbox/{}", mail["id"].as_str().unwrap());
        let raw = desk.get(&at).await;
        assert_eq!(raw.header("content-type"), "message/rfc822");
        assert!(
            raw.text.contains("multipart/alternative") && raw.text.contains("Subject: "),
            "{}",
            raw.text
        );
        let page = desk.page(&format!("{at}/page")).await;
        assert_eq!(page.text.matches("<iframe").count(), 4, "{page:?}");
        assert!(page.text.contains("<dd>sent</dd>"), "{page:?}");
        assert!(
            !page.text.contains("<b>Zoë") && !page.text.contains("<script>alert"),
            "{page:?}"
        );
        for (screen, media) in [("light", "not all"), ("dark", "all")] {
            let shown = desk.page(&format!("{at}/html?screen={screen}")).await;
            assert!(
                shown.text.contains(&format!("media=\"{media}\"")),
                "{shown:?}"
            );
        }
    }
    let staff = mails
        .iter()
        .find(|mail| mail["kind"] == "message_to_staff")
        .unwrap();
    assert!(
        staff["text"]
            .as_str()
            .unwrap()
            .contains("O'Neil \"<b>Zoë</b>\"")
    );
    assert_eq!(desk.get("/_local/outbox/nothing").await.status, 404);
}

/// As infra/OPERATIONS.md has it.
async fn put_back(desk: &Desk, id: &str, now: &str) {
    let value = |text: &str| AttributeValue::S(text.to_owned());
    let client = desk.dynamodb().await;
    client
        .update_item()
        .table_name("MailTable")
        .key("id", value(id))
        .update_expression(
            "SET #s = :waiting, queue = :due, due_at = :now, first_due_at = :now, queued_at = :now",
        )
        .condition_expression("#s = :failed")
        .expression_attribute_names("#s", "state")
        .expression_attribute_values(":waiting", value("waiting"))
        .expression_attribute_values(":due", value("due"))
        .expression_attribute_values(":failed", value("failed"))
        .expression_attribute_values(":now", value(now))
        .send()
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_is_put_back_is_sent_or_given_up_again() {
    let desk = Desk::start().await;
    desk.faults(json!({ "ses": "reject", "times": 2 })).await;
    let stored = desk.post("/contact", &message()).await.json();
    desk.mails_of(&UNDELIVERED, 2).await;
    let id = |kind: &str| format!("{}/{kind}/0", stored["reference"].as_str().unwrap());
    let (receipt, to_staff) = (id("message_receipt"), id("message_to_staff"));
    desk.clock(json!({ "advance": "PT1H" })).await;

    put_back(&desk, &receipt, "2026-11-30T14:30:00.000Z").await;
    desk.clock(json!({ "advance": "PT1M" })).await;
    desk.mails_of(&["message_receipt"], 1).await;
    desk.faults(json!({ "ses": "reject", "times": 1 })).await;
    put_back(&desk, &to_staff, "2026-11-30T14:30:00.000Z").await;
    for _ in 0..5 {
        desk.clock(json!({ "advance": "PT1M" })).await;
    }

    // The two notices of before, the receipt, and another notice.
    desk.mails_of(&UNDELIVERED, 3).await;
    let mails = desk.stored_mails().await;
    let state = |id: &str| {
        let mail = mails.iter().find(|mail| text(mail, "id") == id);
        text(mail.unwrap(), "state").to_owned()
    };
    assert_eq!(
        (state(&receipt).as_str(), state(&to_staff).as_str()),
        ("sent", "failed")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_account_is_paused_nothing_is_tried_and_then_everything_is_sent_once() {
    let desk = Desk::start().await;
    desk.faults(json!({ "ses": "paused" })).await;
    assert_eq!(desk.post("/contact", &message()).await.status, 201);
    assert_eq!(desk.post("/bookings", &booking()).await.status, 201);

    for _ in 0..10 {
        desk.clock(json!({ "advance": "PT1M" })).await;
    }
    let waiting = desk.stored_mails().await;
    let tries = |mail: &Item| mail["attempts"].as_n().unwrap().parse::<u32>().unwrap();
    let all: u32 = waiting.iter().map(tries).sum();
    assert_eq!(all, 1, "the first try says that the account is paused");
    desk.clock(json!({ "advance": "PT14H" })).await;
    desk.faults(json!({ "ses": "ok" })).await;
    desk.clock(json!({ "advance": "PT16M" })).await;

    desk.mails_of(&MESSAGE_MAILS, 2).await;
    desk.mails_of(&["booking_to_staff", "booking_confirmed"], 2)
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_two_days_without_ses_everything_goes_out_or_is_reported_as_too_late() {
    let desk = Desk::start().await;
    desk.faults(json!({ "ses": "down" })).await;
    assert_eq!(desk.post("/contact", &message()).await.status, 201);
    // One visit is over by then, and one is not.
    let over = desk.post("/bookings", &booking()).await.json();
    let later = with(booking(), "start", json!("2026-12-10T10:00:00-05:00"));
    let later = desk.post("/bookings", &later).await.json();
    let reference = |answer: &Value| answer["reference"].as_str().unwrap().to_owned();
    for _ in 0..48 {
        desk.clock(json!({ "advance": "PT1H" })).await;
    }
    assert!(desk.mails().await.is_empty());

    desk.faults(json!({ "ses": "ok" })).await;
    desk.clock(json!({ "advance": "PT2H" })).await;
    let mails = desk.all_mails_sent().await;

    let about = |reference: &str, kind: &str| {
        let is_it = |mail: &&Value| {
            mail["kind"] == kind && mail["text"].as_str().unwrap().contains(reference)
        };
        mails.iter().filter(is_it).count()
    };
    let (over, later) = (reference(&over), reference(&later));
    assert_eq!(about(&later, "booking_confirmed"), 1);
    assert_eq!(about(&over, "booking_confirmed"), 0, "the visit is over");
    assert_eq!(about(&over, "booking_to_staff"), 0, "so it is no news");
    assert_eq!(
        about(&over, "undelivered"),
        2,
        "staff are told of both instead"
    );
    assert_eq!(about(&later, "booking_to_staff"), 1);
    let messages = mails
        .iter()
        .filter(|mail| MESSAGE_MAILS.contains(&mail["kind"].as_str().unwrap()));
    assert_eq!(messages.count(), 2);
}
