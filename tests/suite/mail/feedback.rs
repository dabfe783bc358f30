//! What comes back about a mail: SES's events.

use frontdesk_tests::{Desk, UNDELIVERED, booked::Booked, booking, message};
use serde_json::{Value, json};

async fn publish(desk: &Desk, mail: &Value, what: &str) {
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
        "Reason: there is no such email address (Permanent, General)",
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
        publish(&desk, mails.last().unwrap(), "bounce").await;
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
