//! What comes back about a mail: SES's events.

use frontdesk_tests::{Desk, UNDELIVERED, booked::Booked, booking, html, message, with};
use serde_json::{Value, json};

/// What SES publishes about a mail of the outbox.
pub(super) async fn publish(desk: &Desk, mail: &Value, what: &str) {
    let event = json!({ "mail": mail["id"], "what": what });
    let answer = desk.post("/_local/ses-events", &event).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

/// The mail as the Mail table has it.
async fn stored(desk: &Desk, mail: &Value) -> Value {
    let mails = desk.stored_mails().await.into_iter();
    let mut mails = mails.map(|item| serde_dynamo::from_item::<_, Value>(item).unwrap());
    mails.find(|stored| stored["id"] == mail["mail"]).unwrap()
}

fn whats(stored: &Value) -> Vec<&str> {
    let history = stored["history"].as_array().unwrap().iter();
    history
        .map(|entry| entry["what"].as_str().unwrap())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patients_mail_that_bounces_is_recorded_and_staff_are_told_whom_to_call() {
    let desk = Desk::start().await;
    let booked = Booked::of(&desk, &booking()).await;
    let mail = desk.mail(&booked.reference, "booking_confirmed").await;

    publish(&desk, &mail, "bounce").await;
    publish(&desk, &mail, "complaint").await;

    let notice = desk.mails_of(&UNDELIVERED, 1).await.swap_remove(0);
    assert_eq!(notice["to"], json!(["reception@feetfirst.example"]));
    let text = notice["text"].as_str().unwrap();
    for words in [
        "We couldn't deliver an email to Zoë Łukasz",
        "It said that their visit is confirmed. Please call them: 416-555-0123.",
        "Reason: there is no such email address",
        "Open this visit:",
        booked.reference.as_str(),
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    let stored = stored(&desk, &mail).await;
    assert_eq!(stored["outcome"], "complained");
    assert_eq!(whats(&stored), ["sent", "bounced", "complained"]);
    desk.clock(json!({ "advance": "PT24H" })).await;
    desk.mails_of(&UNDELIVERED, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_that_is_told_late_hides_no_bounce() {
    let desk = Desk::start().await;
    let booked = Booked::of(&desk, &booking()).await;
    let mail = desk.mail(&booked.reference, "booking_confirmed").await;

    for what in ["delay", "bounce", "delivery"] {
        publish(&desk, &mail, what).await;
    }

    let stored = stored(&desk, &mail).await;
    assert_eq!(stored["outcome"], "bounced");
    assert_eq!(whats(&stored), ["sent", "delayed", "bounced", "delivered"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_see_beside_the_message_what_became_of_its_mails() {
    let desk = Desk::start().await;
    let sent = desk.post("/contact", &message()).await.json();
    let reference = sent["reference"].as_str().unwrap();
    let receipt = desk.mail(reference, "message_receipt").await;
    let staffs = desk.mail(reference, "message_to_staff").await;

    publish(&desk, &receipt, "bounce").await;
    publish(&desk, &staffs, "delivery").await;

    let page = desk.page(&desk.review_path(reference).await).await.text;
    assert!(
        page.contains("The receipt to the visitor came back on"),
        "{page}"
    );
    assert!(
        page.contains("The mail to staff was delivered on"),
        "{page}"
    );
    let notice = desk.mails_of(&UNDELIVERED, 1).await.swap_remove(0);
    let text = notice["text"].as_str().unwrap();
    assert!(text.contains("Please call them: 416-555-0123."), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_ses_rejects_after_all_has_failed() {
    let desk = Desk::start().await;
    let booked = Booked::of(&desk, &booking()).await;
    let mail = desk.mail(&booked.reference, "booking_confirmed").await;

    publish(&desk, &mail, "reject").await;

    assert_eq!(stored(&desk, &mail).await["outcome"], "rejected");
    desk.mails_of(&UNDELIVERED, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_are_not_written_to_about_their_own_mail_that_came_back() {
    let desk = Desk::start().await;
    let booked = Booked::of(&desk, &booking()).await;
    let mail = desk.mail(&booked.reference, "booking_to_staff").await;

    publish(&desk, &mail, "bounce").await;

    assert_eq!(stored(&desk, &mail).await["outcome"], "bounced");
    let mut mails = desk.all_mails_sent().await.into_iter();
    assert!(!mails.any(|mail| mail["kind"] == "undelivered"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_about_nothing_that_is_known_is_refused_by_the_local_program() {
    let desk = Desk::start().await;

    for (body, status) in [
        (json!({ "mail": "nothing", "what": "bounce" }), 404),
        (json!({ "mail": "nothing", "what": "lost" }), 400),
    ] {
        assert_eq!(desk.post("/_local/ses-events", &body).await.status, status);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_new_time_that_did_not_reach_the_patient_is_another_thing_to_tell_staff() {
    let desk = Desk::start().await;
    let booked = Booked::of(&desk, &booking()).await;

    for (moves, start) in [
        (1, "2026-12-03T09:00:00-05:00"),
        (2, "2026-12-04T09:00:00-05:00"),
    ] {
        booked.reschedule(&desk, start).await;
        let mails = desk.mails_of(&["booking_moved"], moves).await;
        publish(&desk, mails.last().unwrap(), "reject").await;
        desk.mails_of(&UNDELIVERED, moves).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_reports_a_mail_as_spam_is_told_apart_from_who_did_not_get_it() {
    let desk = Desk::start().await;
    let booked = Booked::of(&desk, &booking()).await;
    let mail = desk.mail(&booked.reference, "booking_confirmed").await;

    publish(&desk, &mail, "delivery").await;
    publish(&desk, &mail, "complaint").await;

    let notice = desk.mails_of(&UNDELIVERED, 1).await.swap_remove(0);
    let text = notice["text"].as_str().unwrap();
    assert!(
        text.contains("Zoë Łukasz marked our email as spam"),
        "{text}"
    );
    assert!(!text.contains("couldn't deliver"), "{text}");
}

/// Books with the address of `booking()`: the reference, and staff's page.
async fn book(desk: &Desk, start: &str) -> (String, String) {
    let body = with(booking(), "start", json!(start));
    let booked = desk.post("/bookings", &body).await.json();
    let reference = booked["reference"].as_str().unwrap().to_owned();
    let mail = desk.mail(&reference, "booking_to_staff").await;
    let links = html::links(mail["html"].as_str().unwrap());
    let page = links.iter().find(|link| link.contains("/decision?token="));
    let page = page.unwrap().strip_prefix(&desk.url).unwrap().to_owned();
    (reference, page)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_bounced_is_not_written_to_until_staff_say_so() {
    for what in ["bounce", "complaint"] {
        let desk = Desk::start().await;
        let (first, _) = book(&desk, "2026-12-01T10:00:00-05:00").await;
        let mail = desk.mail(&first, "booking_confirmed").await;
        publish(&desk, &mail, what).await;
        desk.mails_of(&UNDELIVERED, 1).await;

        let (second, page) = book(&desk, "2026-12-02T10:00:00-05:00").await;
        let notices = desk.mails_of(&UNDELIVERED, 2).await;
        let text = notices[1]["text"].as_str().unwrap();
        assert!(
            text.contains("we do not write to this address any more"),
            "{text}"
        );
        assert!(text.contains(&second), "{text}");
        desk.mails_of(&["booking_confirmed"], 1).await;

        let shown = desk.page(&page).await.text;
        assert!(
            shown.contains("We do not email this person any more"),
            "{shown}"
        );
        let (path, token) = page.split_once("decision?token=").unwrap();
        let again = desk
            .post(&format!("{path}write-again"), &json!({ "token": token }))
            .await;
        assert_eq!(again.status, 200, "{again:?}");
        let shown = desk.page(&page).await.text;
        assert!(!shown.contains("Write to this address again"), "{shown}");
        let (third, _) = book(&desk, "2026-12-03T10:00:00-05:00").await;
        desk.mail(&third, "booking_confirmed").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_say_so_beside_a_message_as_well() {
    let desk = Desk::start().await;
    let send = async |text: &str| {
        let sent = desk
            .post("/contact", &with(message(), "message", json!(text)))
            .await;
        sent.json()["reference"].as_str().unwrap().to_owned()
    };
    let first = send("First").await;
    publish(&desk, &desk.mail(&first, "message_receipt").await, "bounce").await;
    let second = send("Second").await;
    desk.mails_of(&UNDELIVERED, 2).await;
    let path = desk.review_path(&second).await;
    let page = desk.page(&path).await.text;
    assert!(page.contains("Write to this address again"), "{page}");

    assert_eq!(desk.decide(&path, "write_again").await.status, 200);

    let page = desk.page(&path).await.text;
    assert!(!page.contains("Write to this address again"), "{page}");
    let third = send("Third").await;
    desk.mail(&third, "message_receipt").await;
}
