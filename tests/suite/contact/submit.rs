//! `POST /contact`.

use frontdesk_tests::{Answer, DIGESTS, Desk, MESSAGE_MAILS, message, text, with};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_stored_and_both_sides_get_their_mail() {
    let desk = Desk::start().await;

    let answer = desk.post("/contact", &message()).await;

    assert_eq!(answer.status, 201, "{answer:?}");
    let receipt = answer.json();
    let reference = receipt["reference"].as_str().unwrap();
    assert!(reference.starts_with("C-"));
    assert_eq!(receipt["status"], "received");
    assert!(
        receipt["received_at"]
            .as_str()
            .unwrap()
            .starts_with("2026-11-30T09:00:")
    );
    let stored = desk.items_of("ContactTable", "message#").await;
    assert_eq!(stored.len(), 1);
    assert_eq!(
        text(&stored[0], "message"),
        "My heel hurts in the morning.\nWhat can I do?"
    );
    assert!(stored[0].contains_key("expires_at"));

    let to_staff = desk.mail(reference, "message_to_staff").await;
    let receipt = desk.mail(reference, "message_receipt").await;
    assert_eq!(to_staff["to"], json!(["reception@feetfirst.example"]));
    assert_eq!(to_staff["reply_to"], json!(["zoe@example.com"]));
    assert_eq!(receipt["to"], json!(["zoe@example.com"]));
    for part in ["text", "html"] {
        let body = to_staff[part].as_str().unwrap();
        for fact in [
            "Zoë Łukasz",
            "zoe@example.com",
            "416-555-0123",
            "Foot pain",
            "https://feetfirst.example/articles/gut-health-and-foot-pain",
            "Received",
            "Monday, November 30, 2026 at 9:00\u{a0}a.m.",
            reference,
        ] {
            assert!(body.contains(fact), "{fact} in the {part} of staff's mail");
        }
        assert!(
            !body.contains("heel hurts"),
            "what people write stays out of mail unless the clinic says otherwise"
        );
        let body = receipt[part].as_str().unwrap();
        assert!(body.contains(reference));
        assert!(
            !body.contains("Zoë") && !body.contains("heel"),
            "a receipt repeats nothing that was typed"
        );
    }
    let html = to_staff["html"].as_str().unwrap();
    assert!(html.contains("href=\"tel:4165550123\""), "{html}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_text_is_in_staffs_mail_when_the_clinic_wants_it_there() {
    let desk =
        Desk::with_clinic(|toml| toml.replace("text_by_mail = false", "text_by_mail = true")).await;

    desk.post("/contact", &message()).await;

    let mails = desk.mails_of(&MESSAGE_MAILS, 2).await;
    for mail in mails {
        let is_staffs = mail["kind"] == "message_to_staff";
        for part in ["text", "html"] {
            let body = mail[part].as_str().unwrap();
            assert_eq!(body.contains("My heel hurts"), is_staffs, "{body}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn forms_are_as_good_as_json() {
    let desk = Desk::start().await;

    let urlencoded = desk
        .post_raw(
            "/contact",
            "application/x-www-form-urlencoded",
            "name=Zo%C3%AB+L&email=zoe%40example.com&phone=&topic=&message=Two%0D%0Alines&consent=on&_gotcha=",
        )
        .await;
    let multipart = "--b\r\ncontent-disposition: form-data; name=\"name\"\r\n\r\nZoë\r\n\
        --b\r\ncontent-disposition: form-data; name=\"email\"\r\n\r\nzoe@example.com\r\n\
        --b\r\ncontent-disposition: form-data; name=\"message\"\r\n\r\nHello\r\n\
        --b\r\ncontent-disposition: form-data; name=\"consent\"\r\n\r\non\r\n--b--\r\n";
    let multipart = desk
        .post_raw("/contact", "multipart/form-data; boundary=b", multipart)
        .await;

    assert_eq!(urlencoded.status, 201, "{urlencoded:?}");
    assert_eq!(multipart.status, 201, "{multipart:?}");
    let stored = desk.items_of("ContactTable", "message#").await;
    let mut texts: Vec<&str> = stored.iter().map(|item| text(item, "message")).collect();
    texts.sort_unstable();
    assert_eq!(texts, ["Hello", "Two\nlines"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_gets_pages_never_json() {
    let desk = Desk::start().await;
    let post = |body: &'static str| {
        desk.request(Method::POST, "/contact")
            .header("accept", "text/html,application/xhtml+xml,*/*;q=0.8")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body)
    };

    let thanks = Answer::to(post(
        "name=Zoe&email=zoe%40example.com&message=Hello&consent=on",
    ))
    .await;
    let refused = Answer::to(post("name=&email=zoe&message=Hello")).await;

    assert_eq!(thanks.status, 303);
    let thanks = desk.page(thanks.header("location")).await;
    assert_eq!(
        (thanks.status.as_u16(), refused.status.as_u16()),
        (200, 422)
    );
    for page in [&thanks, &refused] {
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
        assert!(page.text.starts_with("<!DOCTYPE html>"), "{page:?}");
    }
    assert!(thanks.text.contains("Your reference is"));
    assert!(refused.text.contains("Enter an email address"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_request_twice_stores_one_thing_and_is_answered_the_same() {
    let desk = Desk::start().await;
    let keyed = |key: &'static str, body: &Value| {
        Answer::to(
            desk.request(Method::POST, "/contact")
                .header("idempotency-key", key)
                .json(body),
        )
    };

    let first = keyed("a-key", &message()).await;
    let again = keyed("a-key", &message()).await;
    let other_body = keyed(
        "a-key",
        &with(message(), "message", json!("Something else")),
    )
    .await;
    let double_click = [
        desk.post("/contact", &message()).await,
        desk.post("/contact", &message()).await,
    ];

    assert_eq!((again.status, &again.text), (first.status, &first.text));
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(first.header("idempotency-replayed"), "");
    assert_eq!(
        (other_body.status.as_u16(), other_body.problem().as_str()),
        (422, "key_reused")
    );
    assert_eq!(double_click[0].text, double_click[1].text);
    assert_eq!(desk.items_of("ContactTable", "message#").await.len(), 2);
    desk.mails_of(&MESSAGE_MAILS, 4).await;

    // The fingerprint is forgotten after ten minutes, the key after a day.
    desk.clock(json!({ "advance": "PT11M" })).await;
    assert_eq!(
        desk.post("/contact", &message())
            .await
            .header("idempotency-replayed"),
        ""
    );
    assert_eq!(
        keyed("a-key", &message())
            .await
            .header("idempotency-replayed"),
        "true"
    );
    desk.clock(json!({ "advance": "PT24H" })).await;
    assert_eq!(
        keyed("a-key", &message())
            .await
            .header("idempotency-replayed"),
        ""
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_whose_reply_is_lost_is_done_once_and_answered_well() {
    for times in [1, 2, 4] {
        let desk = Desk::start().await;
        desk.faults(json!({ "dynamodb": "lost_reply", "times": times }))
            .await;

        let answer = desk.post("/contact", &message()).await;

        assert_eq!(answer.status, 201, "after {times} lost replies: {answer:?}");
        assert_eq!(desk.items_of("ContactTable", "message#").await.len(), 1);
        desk.mails_of(&MESSAGE_MAILS, 2).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conflict_is_tried_again_and_a_store_that_is_down_is_said_so() {
    let desk = Desk::start().await;

    desk.faults(json!({ "dynamodb": "conflict", "times": 2 }))
        .await;
    let after_conflicts = desk.post("/contact", &message()).await;
    desk.faults(json!({ "dynamodb": "down" })).await;
    let down = desk
        .post("/contact", &with(message(), "message", json!("Another")))
        .await;
    desk.faults(json!({ "dynamodb": "conflict" })).await;
    let busy = desk
        .post("/contact", &with(message(), "message", json!("Another")))
        .await;
    desk.faults(json!({ "dynamodb": "ok" })).await;

    assert_eq!(after_conflicts.status, 201);
    for refused in [down, busy] {
        assert_eq!(
            (refused.status.as_u16(), refused.problem().as_str()),
            (503, "unavailable")
        );
        assert_eq!(refused.header("retry-after"), "2");
    }
    assert_eq!(desk.items_of("ContactTable", "message#").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_field_is_in_the_mails_that_should_have_it_and_in_no_other() {
    let desk = Desk::start().await;
    let canaries = json!({
        "name": "cAnArYname", "email": "canaryemail@example.com", "phone": "416-555-7777",
        "message": "cAnArYmessage", "page": "https://feetfirst.example/canarypage", "consent": true,
        "_next": "https://canarynext.example/", "altcha": "", "topic": "insurance",
    });
    desk.post("/contact", &canaries).await;
    desk.quarantine(&with(
        canaries.clone(),
        "message",
        json!("cAnArYmessage again"),
    ))
    .await;
    desk.clock(json!({ "advance": "PT24H" })).await;

    let mut mails = desk.mails_of(&MESSAGE_MAILS, 2).await;
    mails.extend(desk.mails_of(&DIGESTS, 1).await);

    for mail in mails {
        let whole = format!("{} {} {}", mail["subject"], mail["text"], mail["html"]);
        let has = [
            "cAnArYname",
            "canaryemail",
            "555-7777",
            "cAnArYmessage",
            "canarypage",
            "canarynext",
        ]
        .map(|canary| whole.contains(canary));
        let expected = match mail["kind"].as_str().unwrap() {
            "message_to_staff" => [true, true, true, false, true, false],
            "message_receipt" | "digest" => [false; 6],
            kind => panic!("{kind}"),
        };
        assert_eq!(has, expected, "{whole}");
    }
}
