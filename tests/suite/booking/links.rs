//! Somebody who has lost the links to their appointments is mailed them again, and nobody else learns anything.

use frontdesk_tests::{
    Answer, Desk, Item,
    booked::{Booked, assessment},
    booking,
    html::{buttons, links},
    text, with,
};
use serde_json::{Value, json};

const KIND: [&str; 1] = ["booking_links"];

async fn ask(desk: &Desk, email: &str) -> Answer {
    let body = json!({ "email": email });
    let answer = desk.post("/bookings/links", &body).await;
    assert_eq!(answer.status, 202, "{answer:?}");
    answer
}

fn of_zoe(start: &str) -> Value {
    with(booking(), "start", json!(start))
}

async fn stored(desk: &Desk) -> usize {
    let mails = desk.stored_mails().await;
    let asked = |mail: &&Item| text(mail, "id").contains("/booking_links/");
    mails.iter().filter(asked).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patient_gets_the_links_of_all_that_is_to_come_in_one_mail() {
    let desk = Desk::start().await;
    let later = Booked::of(&desk, &of_zoe("2026-12-03T10:00:00-05:00")).await;
    let sooner = Booked::of(&desk, &of_zoe("2026-12-01T10:00:00-05:00")).await;
    let over = Booked::of(&desk, &of_zoe("2026-12-02T10:00:00-05:00")).await;
    over.press(&desk, "cancel", json!({})).await;
    sooner.reschedule(&desk, "2026-12-04T10:00:00-05:00").await;

    ask(&desk, "Zoe@Example.com").await;

    let mail = desk.mails_of(&KIND, 1).await.swap_remove(0);
    assert_eq!(mail["to"], json!(["zoe@example.com"]));
    let html = mail["html"].as_str().unwrap();
    let pages = links(html)
        .into_iter()
        .filter(|link| link.contains("/bookings/"));
    let expected = [&later, &sooner].map(|one| format!("{}{}", desk.url, one.address("")));
    assert_eq!(pages.collect::<Vec<_>>(), expected, "the next one first");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_answer_tells_nobody_whether_there_are_any() {
    let desk = Desk::start().await;
    Booked::of(&desk, &booking()).await;
    let header = |answer: &Answer| {
        let mut names: Vec<String> = answer
            .headers
            .iter()
            .filter(|(name, _)| !["date", "x-request-id"].contains(&name.as_str()))
            .map(|(name, value)| format!("{name}: {value:?}"))
            .collect();
        names.sort();
        names
    };

    let theirs = ask(&desk, "zoe@example.com").await;
    let nobodys = ask(&desk, "nobody@example.com").await;

    assert_eq!(
        (&theirs.text, header(&theirs)),
        (&nobodys.text, header(&nobodys))
    );
    let page = async |email| {
        desk.post_form("/bookings/links", &[("email", email)])
            .await
            .text
    };
    assert_eq!(page("zoe@example.com").await, page("no@example.com").await);
    let all = desk.all_mails_sent().await;
    let sent: Vec<&Value> = all.iter().filter(|mail| mail["kind"] == KIND[0]).collect();
    assert_eq!(
        sent.len(),
        1,
        "the same again within minutes is one request"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_mailed_to_an_address_that_nobody_booked_with() {
    let desk = Desk::start().await;
    Booked::of(&desk, &booking()).await;

    // Each of these may be somebody else's mailbox.
    for email in ["zoe+a@example.com", "z.oe@example.com", "zoe@example.org"] {
        ask(&desk, email).await;
    }

    assert_eq!(stored(&desk).await, 0);
    let bad = desk
        .post("/bookings/links", &json!({ "email": "zoe" }))
        .await;
    assert_eq!(bad.field_codes(), ["email: invalid_email"]);
    let page = desk.post_form("/bookings/links", &[("email", "zoe")]).await;
    assert_eq!(page.status, 422);
    assert!(page.text.contains("aria-invalid=\"true\""), "{}", page.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_cannot_fill_a_mailbox() {
    let desk = Desk::start().await;
    Booked::of(&desk, &booking()).await;

    for n in 0..30 {
        let request = desk
            .request(reqwest::Method::POST, "/bookings/links")
            .header("x-forwarded-for", format!("192.0.2.{n}"))
            .header("idempotency-key", format!("request-{n}"))
            .json(&json!({ "email": "zoe@example.com" }));
        assert_eq!(Answer::to(request).await.status, 202, "always");
        desk.clock(json!({ "advance": "PT1S" })).await;
    }

    assert_eq!(stored(&desk).await, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_asked_for_shows_in_no_other_answer() {
    let desk = Desk::start().await;
    Booked::of(&desk, &booking()).await;
    for n in 0..14 {
        for email in ["zoe@example.com", "nobody@example.com"] {
            let request = desk
                .request(reqwest::Method::POST, "/bookings/links")
                .header("x-forwarded-for", format!("192.0.2.{n}"))
                .header("idempotency-key", format!("{email}-{n}"))
                .json(&json!({ "email": email }));
            assert_eq!(Answer::to(request).await.status, 202);
        }
        desk.clock(json!({ "advance": "PT1S" })).await;
    }

    // Everybody who wants a time that is taken gets the same answer.
    for (n, email) in ["zoe@example.com", "nobody@example.com"].iter().enumerate() {
        let probe = with(booking(), "patient.email", json!(email));
        let probe = with(probe, "patient.phone", json!(format!("416-555-777{n}")));
        let answer = desk.post("/bookings", &probe).await;
        assert_eq!(answer.problem(), "slot_taken", "{email}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_over_is_not_pointed_to_any_more() {
    let desk = Desk::start().await;
    Booked::of(&desk, &booking()).await;
    desk.set_now("2026-12-01T10:31:00-05:00".parse().unwrap())
        .await;

    ask(&desk, "zoe@example.com").await;

    assert_eq!(stored(&desk).await, 0);
    let mut pointers = desk.items_of("BookingTable", "person#").await;
    pointers.retain(|item| text(item, "sk").starts_with("booking#"));
    assert_eq!(pointers.len(), 1);
    let expires_at: i64 = pointers[0]["expires_at"].as_n().unwrap().parse().unwrap();
    let end: jiff::Timestamp = "2026-12-02T10:30:00-05:00".parse().unwrap();
    assert_eq!(expires_at, end.as_second(), "a day after the visit");
    assert!(!format!("{pointers:?}").contains("zoe"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_link_leads_a_patient_to_the_form_and_staff_to_nothing() {
    let desk = Desk::start().await;
    let booked = Booked::of(&desk, &assessment()).await;
    for (path, action) in [
        (format!("/bookings/{}?token=x", booked.reference), "links"),
        (
            format!("/bookings/{}/cancel?token=x", booked.reference),
            "../links",
        ),
        ("/bookings/B-00000-00000".to_owned(), "links"),
        ("/bookings/x/reschedule".to_owned(), "../links"),
    ] {
        let page = desk.page(&path).await;
        assert_eq!(page.status, 404);
        let buttons = buttons(&page.text);
        assert_eq!(
            (buttons.len(), buttons[0].action.as_str()),
            (1, action),
            "{path}"
        );
        assert!(page.text.contains("416-769-3338"), "{}", page.text);
    }
    let staff = desk
        .page(&format!("/bookings/{}/decision?token=x", booked.reference))
        .await;
    assert_eq!(
        (staff.status.as_u16(), buttons(&staff.text).len()),
        (404, 0)
    );
}
