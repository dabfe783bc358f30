//! Staff's page of a message, behind a signed link.

use frontdesk_tests::{
    Answer, DIGEST, DIGESTS, Desk, MESSAGE_MAILS, booking, html, message, text, with,
};
use reqwest::Method;
use serde_json::{Value, json};

async fn audit(desk: &Desk) -> Vec<(String, String)> {
    let mut items = desk.items_of("ContactTable", "audit#").await;
    items.sort_by_key(|item| text(item, "sk").to_owned());
    let line = |item: &frontdesk_tests::Item| {
        let subject = item["subject"].as_l().unwrap()[0].as_s().unwrap().clone();
        (text(item, "action").to_owned(), subject)
    };
    items.iter().map(line).collect()
}

/// Staff's link to a message in quarantine, from the digest.
async fn told_of(desk: &Desk) -> String {
    let reference = desk.quarantine(&message()).await;
    desk.set_now(DIGEST.parse().unwrap()).await;
    desk.mails_of(&DIGESTS, 1).await;
    desk.review_path(&reference).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_read_and_done_and_the_audit_trail_says_so() {
    let desk = Desk::start().await;
    let sent = desk.post("/contact", &message()).await.json();
    let reference = sent["reference"].as_str().unwrap();
    desk.mails_of(&MESSAGE_MAILS, 2).await;
    let path = desk.review_path(reference).await;
    let (address, token) = path.split_once("?token=").unwrap();

    let page = desk.page(&path).await;
    assert_eq!(page.status, 200);
    for part in [
        "Message waiting for an answer",
        "The mail to staff was sent on Monday",
        "The receipt to the visitor was sent on",
    ] {
        assert!(page.text.contains(part), "{part}: {}", page.text);
    }
    for secret in ["heel", "zoe@", "Zoë"] {
        assert!(!page.text.contains(secret), "{secret}");
    }
    assert!(audit(&desk).await.is_empty(), "GET is no reading");

    let shown = desk
        .post_form(address, &[("token", token), ("action", "show")])
        .await;
    assert_eq!(shown.status, 200);
    for part in [
        "My heel hurts",
        "Zoë Łukasz",
        "mailto:zoe@example.com",
        "tel:4165550123",
    ] {
        assert!(shown.text.contains(part), "{part}");
    }
    assert!(!shown.text.contains("<script"));
    let done = desk
        .sent(address, &[("token", token), ("action", "handled")])
        .await;
    assert!(done.text.contains("Message marked as done"), "{done:?}");
    assert_eq!(
        desk.decide(&path, "handled").await.json()["status"],
        "handled"
    );

    let expected = [("read", reference), ("handled", reference)];
    let expected = expected.map(|(action, subject)| (action.to_owned(), subject.to_owned()));
    assert_eq!(
        audit(&desk).await,
        expected,
        "the second press changed nothing"
    );
    let trail = format!("{:?}", desk.items_of("ContactTable", "audit#").await);
    assert!(!trail.contains("zoe@") && !trail.contains("Zoë") && !trail.contains("heel"));
}

#[tokio::test(flavor = "multi_thread")]
async fn spam_can_be_released_and_what_is_done_can_be_reopened() {
    let desk = Desk::start().await;
    let path = told_of(&desk).await;

    assert_eq!(desk.decide(&path, "spam").await.json()["status"], "spam");
    let queued = desk.stored_mails().await;
    assert!(
        queued
            .iter()
            .all(|mail| text(mail, "id").contains("/digest/"))
    );
    let refused = desk.decide(&path, "handled").await;
    assert_eq!(
        (refused.status.as_u16(), refused.problem().as_str()),
        (409, "wrong_state")
    );
    assert_eq!(
        desk.decide(&path, "release").await.json()["status"],
        "received"
    );
    desk.mails_of(&MESSAGE_MAILS, 2).await;
    // Spam and back again: its mails have gone out and do not go out twice.
    assert_eq!(desk.decide(&path, "spam").await.json()["status"], "spam");
    assert_eq!(
        desk.decide(&path, "release").await.json()["status"],
        "received"
    );
    assert_eq!(
        desk.decide(&path, "handled").await.json()["status"],
        "handled"
    );
    desk.mails_of(&MESSAGE_MAILS, 2).await;
    let (address, token) = path.split_once("?token=").unwrap();
    for action in ["release", "spam"] {
        assert_eq!(desk.decide(&path, action).await.problem(), "wrong_state");
        let fields = [("token", token), ("action", action)];
        let page = desk.post_form(address, &fields).await;
        assert_eq!(page.status, 409);
        assert!(
            page.text
                .contains("Somebody has already decided about this message"),
            "{}",
            page.text
        );
    }
    for _ in 0..2 {
        let reopened = desk.decide(&path, "reopen").await;
        assert_eq!(reopened.json()["status"], "received", "{reopened:?}");
    }
    desk.mails_of(&MESSAGE_MAILS, 2).await;
    let actions: Vec<String> = audit(&desk)
        .await
        .into_iter()
        .map(|(action, _)| action)
        .collect();
    assert_eq!(
        actions,
        [
            "marked_spam",
            "released",
            "marked_spam",
            "released",
            "handled",
            "reopened",
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_done_in_quarantine_goes_back_there() {
    let desk = Desk::start().await;
    let path = told_of(&desk).await;

    for (action, status) in [
        ("handled", "handled"),
        ("reopen", "quarantined"),
        ("release", "received"),
    ] {
        assert_eq!(desk.decide(&path, action).await.json()["status"], status);
    }
    desk.mails_of(&MESSAGE_MAILS, 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_20_releases_at_once_one_sends_the_mails() {
    let desk = Desk::start().await;
    let path = told_of(&desk).await;

    let answers = (0..20).map(|_| desk.decide(&path, "release"));
    let answers = futures_util::future::join_all(answers).await;

    assert!(
        answers.iter().all(|answer| answer.status == 200),
        "{answers:?}"
    );
    desk.mails_of(&MESSAGE_MAILS, 2).await;
    assert_eq!(audit(&desk).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_decisions_at_once_one_holds() {
    let desk = Desk::start().await;
    for round in 0..12 {
        let body = with(message(), "message", json!(format!("Message {round}")));
        let reference = desk.post("/contact", &body).await.json()["reference"].clone();
        desk.mails_of(&MESSAGE_MAILS, 2 * (round + 1)).await;
        let path = desk.review_path(reference.as_str().unwrap()).await;

        let (done, spam) = tokio::join!(desk.decide(&path, "handled"), desk.decide(&path, "spam"));

        let mut statuses = [done.status.as_u16(), spam.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409], "round {round}");
        assert_eq!(audit(&desk).await.len(), round + 1);
        desk.clock(json!({ "advance": "PT1M" })).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_decisions_at_once_all_settle() {
    let desk = Desk::start().await;
    let path = told_of(&desk).await;
    let actions = ["release", "handled", "reopen", "spam"];

    let answers = (0..30).map(|n| desk.decide(&path, actions[n % 4]));
    let answers = futures_util::future::join_all(answers).await;

    let statuses: Vec<u16> = answers
        .iter()
        .map(|answer| answer.status.as_u16())
        .collect();
    assert!(
        statuses.iter().all(|status| [200, 409].contains(status)),
        "{statuses:?}"
    );
    assert!(statuses.contains(&200));
}

#[tokio::test(flavor = "multi_thread")]
async fn forged_foreign_and_expired_links_are_answered_alike() {
    let desk = Desk::start().await;
    let mine = desk.post("/contact", &message()).await.json();
    let mine = mine["reference"].as_str().unwrap();
    let other = desk
        .post("/contact", &with(message(), "message", json!("Other")))
        .await
        .json();
    let other = other["reference"].as_str().unwrap();
    let booked = desk.post("/bookings", &booking()).await.json();
    desk.all_mails_sent().await;
    let path = desk.review_path(mine).await;
    let (_, token) = path.split_once("?token=").unwrap();
    let manage = booked["manage_url"]
        .as_str()
        .unwrap()
        .split_once("?token=")
        .unwrap()
        .1;
    let before = desk.everything().await;

    let forged = format!("{}x", &token[..token.len() - 1]);
    for (reference, token) in [
        (mine, forged.as_str()),
        (mine, ""),
        (mine, manage),
        (other, token),
        ("C-00000-00000", token),
        ("B-00000-00000", token),
        ("nothing", token),
    ] {
        let address = format!("/contact/{reference}/review");
        let get = desk.get(&format!("{address}?token={token}")).await;
        let post = desk
            .post(&address, &json!({ "token": token, "action": "spam" }))
            .await;
        for answer in [get, post] {
            assert_eq!(
                (answer.status.as_u16(), answer.problem().as_str()),
                (404, "not_found")
            );
        }
    }
    assert_eq!(desk.everything().await, before);
    let unknown = desk.decide(&path, "burn").await;
    assert_eq!(unknown.field_codes(), ["action: not_allowed"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_over_its_time_is_not_shown_and_until_then_its_link_works() {
    let desk = Desk::start().await;
    let sent = desk.post("/contact", &message()).await.json();
    desk.mails_of(&MESSAGE_MAILS, 2).await;
    let path = desk.review_path(sent["reference"].as_str().unwrap()).await;
    desk.clock(json!({ "advance": "PT8759H" })).await;
    let page = desk.page(&path).await;
    assert_eq!(page.status, 200);
    assert!(
        page.text
            .contains("The delivery records are no longer kept.")
    );

    desk.clock(json!({ "advance": "PT2H" })).await;

    assert_eq!(desk.get(&path).await.status, 404);
    assert_eq!(desk.decide(&path, "show").await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_see_that_a_mail_cannot_be_delivered() {
    let desk = Desk::start().await;
    desk.faults(json!({ "ses": "reject", "times": 1 })).await;
    let sent = desk.post("/contact", &message()).await.json();
    let reference = sent["reference"].as_str().unwrap();
    // Whichever of the two was refused, the other arrives, and a notice.
    desk.mails_of(&["message_to_staff", "message_receipt", "undelivered"], 2)
        .await;
    while !desk
        .stored_mails()
        .await
        .iter()
        .any(|mail| text(mail, "state") == "failed")
    {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let url = desk
        .stored_mails()
        .await
        .iter()
        .find_map(|item| {
            item["letter"]
                .as_m()
                .ok()?
                .get("review_url")?
                .as_s()
                .ok()
                .cloned()
        })
        .unwrap();

    let path = url.strip_prefix(&desk.url).unwrap();
    let page = desk.page(path).await;
    let json = desk.get(path).await.json();

    assert!(
        page.text.contains(
            "cannot be delivered: the email service refuses this email (MessageRejected)"
        ),
        "{}",
        page.text
    );
    let failed = |mail: &&Value| {
        mail["state"] == "failed"
            && mail["detail"]
                .as_str()
                .is_some_and(|detail| detail.contains("MessageRejected"))
    };
    assert_eq!(
        json["mails"]
            .as_array()
            .unwrap()
            .iter()
            .filter(failed)
            .count(),
        1
    );
    assert_eq!(json["reference"], reference);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scanner_that_opens_every_link_of_every_mail_a_hundred_times_changes_nothing() {
    let desk = Desk::start().await;
    desk.post("/contact", &message()).await;
    desk.quarantine(&with(message(), "message", json!("Suspicious")))
        .await;
    desk.post("/bookings", &booking()).await;
    desk.set_now(DIGEST.parse().unwrap()).await;
    let mails = desk.all_mails_sent().await;
    let mut paths: Vec<String> = mails
        .iter()
        .flat_map(|mail| html::links(mail["html"].as_str().unwrap()))
        .filter_map(|link| link.strip_prefix(&desk.url).map(str::to_owned))
        .collect();
    paths.sort_unstable();
    paths.dedup();
    assert_eq!(
        paths.len(),
        4,
        "two messages, and both pages of a booking: {paths:?}"
    );
    let before = desk.everything().await;

    for path in &paths {
        for method in [Method::GET, Method::HEAD] {
            for accept in ["text/html", "application/json"] {
                for _ in 0..50 {
                    let request = desk.request(method.clone(), path).header("accept", accept);
                    let answer = Answer::to(request).await;
                    assert_eq!(answer.status, 200, "{method} {path}");
                }
            }
        }
    }

    assert_eq!(desk.everything().await, before);
    desk.all_mails_sent().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_done_with_before_anybody_was_told_can_still_be_released() {
    let desk = Desk::start().await;
    let path = told_of(&desk).await;

    assert_eq!(
        desk.decide(&path, "handled").await.json()["status"],
        "handled"
    );
    assert!(
        desk.page(&path)
            .await
            .text
            .contains("Release: it is from a person")
    );
    assert_eq!(
        desk.decide(&path, "release").await.json()["status"],
        "received"
    );

    desk.mails_of(&MESSAGE_MAILS, 2).await;
}
