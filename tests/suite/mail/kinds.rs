//! What each kind of mail says, in text and in HTML.

use std::{fs, path::PathBuf};

use booking::NewTimeOff;
use frontdesk_tests::{
    DIGEST, DIGESTS, Desk,
    booked::{Booked, assessment, of_person},
    booking, message,
    office::{add, now, office, time_off},
    snapshots::{lines, stable},
    waiting::{Waiting, entry},
    with,
};
use insta::assert_snapshot;
use serde_json::{Value, json};

/// A mail as its reader gets it: the addresses, the subject, the text.
fn read(mail: &Value) -> String {
    let list = |name: &str| {
        let addresses = mail[name].as_array().unwrap().iter();
        let addresses: Vec<&str> = addresses.map(|one| one.as_str().unwrap()).collect();
        addresses.join(", ")
    };
    let text = |name: &str| mail[name].as_str().unwrap();
    format!(
        "From: {}\nTo: {}\nReply-To: {}\nSubject: {}\n\n{}",
        text("from"),
        list("to"),
        list("reply_to"),
        text("subject"),
        text("text"),
    )
}

/// What the mail says, and the mail as it was sent for programs that read mails, if they want it.
async fn assert_mail(desk: &Desk, name: &str, mail: &Value) {
    keep(desk, name, mail).await;
    let _stable = stable();
    assert_snapshot!(format!("{name}.text"), read(mail));
    assert_snapshot!(
        format!("{name}.html"),
        lines(mail["html"].as_str().unwrap())
    );
}

/// Keeps a mail in the folder that `FRONTDESK_MAILS` names: as it was sent, its HTML, and the logo in it.
async fn keep(desk: &Desk, name: &str, mail: &Value) {
    let Some(folder) = std::env::var_os("FRONTDESK_MAILS").map(PathBuf::from) else {
        return;
    };
    fs::create_dir_all(folder.join("images")).unwrap();
    let sent = format!("/_local/outbox/{}", mail["id"].as_str().unwrap());
    let sent = desk.get(&sent).await.text;
    fs::write(folder.join(format!("{name}.eml")), sent).unwrap();
    let html = mail["html"].as_str().unwrap();
    fs::write(folder.join(format!("{name}.html")), html).unwrap();
    let logo = html
        .split('"')
        .find(|value| value.contains("/images/"))
        .unwrap();
    let logo = &logo[logo.find("/images/").unwrap()..];
    let picture = reqwest::get(format!("{}{logo}", desk.url)).await.unwrap();
    fs::write(folder.join(&logo[1..]), picture.bytes().await.unwrap()).unwrap();
}

fn reference(answer: &Value) -> &str {
    answer["reference"].as_str().unwrap()
}

/// A service that staff confirm.
fn requested() -> Value {
    with(booking(), "service", json!("initial-assessment"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message() {
    let desk = Desk::start().await;
    let sent = desk.post("/contact", &message()).await.json();

    let to_staff = desk.mail(reference(&sent), "message_to_staff").await;
    let receipt = desk.mail(reference(&sent), "message_receipt").await;

    assert_mail(&desk, "message_to_staff", &to_staff).await;
    assert_mail(&desk, "message_receipt", &receipt).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_whose_text_the_clinic_wants_in_its_mail() {
    let by_mail = |toml: String| toml.replace("text_by_mail = false", "text_by_mail = true");
    let desk = Desk::with_clinic(by_mail).await;
    let sent = desk.post("/contact", &message()).await.json();

    let to_staff = desk.mail(reference(&sent), "message_to_staff").await;

    assert_mail(&desk, "message_to_staff_with_text", &to_staff).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_booking_that_stands_at_once() {
    let desk = Desk::start().await;
    let booked = desk.post("/bookings", &booking()).await.json();

    let to_staff = desk.mail(reference(&booked), "booking_to_staff").await;
    let to_patient = desk.mail(reference(&booked), "booking_confirmed").await;

    assert_mail(&desk, "booking_to_staff_confirmed", &to_staff).await;
    assert_mail(&desk, "booking_confirmed", &to_patient).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_booking_that_staff_confirm() {
    let desk = Desk::start().await;
    let booked = desk.post("/bookings", &requested()).await.json();

    let to_staff = desk.mail(reference(&booked), "booking_to_staff").await;
    let to_patient = desk.mail(reference(&booked), "booking_requested").await;

    assert_mail(&desk, "booking_to_staff_requested", &to_staff).await;
    assert_mail(&desk, "booking_requested", &to_patient).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_digest() {
    let desk = Desk::start().await;
    // A message that nobody answers, whose receipt bounces; a suspicious one; visits on two days; a request.
    let unanswered = desk.post("/contact", &message()).await.json();
    let receipt = desk.mail(reference(&unanswered), "message_receipt").await;
    let called = with(booking(), "service", json!("new-patient-call"));
    let called = with(called, "practitioner", json!("chiropodist-3"));
    let called = with(called, "start", json!("2026-12-02T11:00:00-05:00"));
    for (n, visit) in [
        called,
        with(booking(), "start", json!("2026-12-01T15:30:00-05:00")),
    ]
    .into_iter()
    .enumerate()
    {
        Booked::of(&desk, &of_person(visit, n)).await;
    }
    desk.set_now("2026-11-30T17:00:00-05:00".parse().unwrap())
        .await;
    let bounce = json!({ "mail": receipt["id"], "what": "bounce" });
    desk.post("/_local/ses-events", &bounce).await;
    let suspicious = with(message(), "topic", json!("products"));
    let suspicious = desk.quarantine(&suspicious).await;
    let request = with(requested(), "start", json!("2026-12-02T13:15:00-05:00"));
    Booked::of(&desk, &of_person(request, 2)).await;
    desk.set_now("2026-12-01T15:00:00-05:00".parse().unwrap())
        .await;

    let digest = desk.mail(&suspicious, "digest").await;

    assert_mail(&desk, "digest", &digest).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_digest_with_more_than_it_lists_and_without_the_visits() {
    let desk = Desk::start().await;
    for n in 0..23 {
        let spam = with(message(), "message", json!(format!("Buy {n} shoes")));
        desk.quarantine(&spam).await;
        desk.clock(json!({ "advance": "PT1M" })).await;
    }
    let down = json!({ "dynamodb": "down", "table": "BookingTable", "operation": "Query" });
    desk.faults(down).await;
    for now in [DIGEST, "2026-11-30T15:40:00-05:00"] {
        desk.post("/_local/clock", &json!({ "now": now })).await;
    }

    let digest = desk.mails_of(&DIGESTS, 1).await.swap_remove(0);

    assert_mail(&desk, "digest_of_a_flood", &digest).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_could_not_be_delivered() {
    // A patient's mail is refused twice: with its calendar file, and without.
    for (path, body, times, mails) in [
        (
            "/contact",
            message(),
            2,
            ["message_to_staff", "message_receipt"],
        ),
        (
            "/bookings",
            booking(),
            3,
            ["booking_to_staff", "booking_confirmed"],
        ),
    ] {
        let desk = Desk::start().await;
        desk.faults(json!({ "ses": "reject", "times": times }))
            .await;
        let sent = desk.post(path, &body).await.json();

        let notices = desk.mails_of(&["undelivered"], 2).await;

        let of_staffs = |notice: &&Value| {
            let text = notice["text"].as_str().unwrap();
            text.contains("email about it did not reach you")
        };
        let (staffs, theirs): (Vec<&Value>, Vec<&Value>) = notices.iter().partition(of_staffs);
        assert!(
            staffs[0]["text"]
                .as_str()
                .unwrap()
                .contains(reference(&sent))
        );
        for (kind, notice) in mails.iter().zip([staffs[0], theirs[0]]) {
            assert_mail(&desk, &format!("undelivered_{kind}"), notice).await;
        }
    }
}

/// Names in the subject and the text of staff's mail: one that would begin a header of its own, one of emoji, one that is
/// written from right to left, and one as long as a name may be.
#[tokio::test(flavor = "multi_thread")]
async fn names_come_out_whole_and_harmless() {
    let desk = Desk::start().await;
    let header = with(message(), "name", json!("Ada\r\nBcc: x@y.example"));
    assert_eq!(desk.post("/contact", &header).await.status, 422);

    let emoji = "\u{1f9b6}".repeat(100);
    let long = "x".repeat(100);
    let names = [
        ("header", "Bcc: x@y.example"),
        ("emoji", &emoji),
        (
            "rtl",
            "\u{5e9}\u{5dc}\u{5d5}\u{5dd} \u{5e2}\u{5d5}\u{5dc}\u{5dd}",
        ),
        ("long", &long),
        ("markup", "<b>\"Ada\" =?utf-8?Q?x?= & 'Bea'</b>"),
    ];
    for (number, (what, name)) in names.into_iter().enumerate() {
        let text = with(message(), "message", json!(format!("Hello {number}")));
        let sent = desk
            .post("/contact", &with(text, "name", json!(name)))
            .await;
        let mail = desk.mail(reference(&sent.json()), "message_to_staff").await;

        let subject = mail["subject"].as_str().unwrap();
        assert!(
            subject.starts_with(&format!("Message from {name}: ")),
            "{subject}"
        );
        assert!(
            mail["text"]
                .as_str()
                .unwrap()
                .contains(&format!("From: {name}\n"))
        );
        assert_eq!(mail["to"], json!(["reception@feetfirst.example"]));
        keep(&desk, &format!("hostile-{what}"), &mail).await;
        if let Some(folder) = std::env::var_os("FRONTDESK_MAILS").map(PathBuf::from) {
            fs::write(folder.join(format!("hostile-{what}.name")), name).unwrap();
        }
    }
}

async fn assert_mails(desk: &Desk, booked: &Booked, name: &str, kinds: &[&str]) {
    for kind in kinds {
        let mail = desk.mail(&booked.reference, kind).await;
        let name = if *kind == "booking_changed_to_staff" {
            format!("{kind}_{name}")
        } else {
            (*kind).to_owned()
        };
        assert_mail(desk, &name, &mail).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_is_declined() {
    let desk = Desk::start().await;
    let booked = Booked::of(&desk, &assessment()).await;
    let body =
        json!({ "decision": "decline", "note": "We are at a congress.\nPlease try next week." });

    booked.press(&desk, "decision", body).await;

    assert_mails(&desk, &booked, "declined", &["booking_declined"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_for_which_other_times_are_proposed_and_one_is_taken() {
    let desk = Desk::start().await;
    let booked = Booked::of(&desk, &assessment()).await;
    let starts = ["2026-12-02T14:00:00-05:00", "2026-12-05T09:00:00-05:00"];
    let body = json!({ "decision": "propose", "starts": starts, "note": "Would this suit you?" });

    booked.press(&desk, "decision", body).await;
    desk.all_mails_sent().await;
    booked
        .press(&desk, "accept", json!({ "start": starts[1] }))
        .await;

    let kinds = ["booking_proposed", "booking_changed_to_staff"];
    assert_mails(&desk, &booked, "accepted", &kinds).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_that_is_moved() {
    let desk = Desk::start().await;
    let booked = Booked::of(&desk, &booking()).await;

    booked.reschedule(&desk, "2026-12-03T09:00:00-05:00").await;

    let kinds = ["booking_moved", "booking_changed_to_staff"];
    assert_mails(&desk, &booked, "moved", &kinds).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_that_is_near() {
    let desk = Desk::start().await;
    let start = json!("2026-12-04T10:00:00-05:00");
    let booked = Booked::of(&desk, &with(booking(), "start", start)).await;

    desk.set_now("2026-12-02T10:00:00-05:00".parse().unwrap())
        .await;

    assert_mails(&desk, &booked, "near", &["booking_reminder"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_links_that_somebody_has_lost() {
    let desk = Desk::start().await;
    let booked = Booked::of(&desk, &booking()).await;

    let body = json!({ "email": "zoe@example.com" });
    assert_eq!(desk.post("/bookings/links", &body).await.status, 202);

    assert_mails(&desk, &booked, "lost", &["booking_links"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_that_is_cancelled() {
    let desk = Desk::start().await;
    let booked = Booked::of(&desk, &booking()).await;

    let body = json!({ "reason": "My knee is broken" });
    booked.press(&desk, "cancel", body).await;

    let kinds = ["booking_cancelled", "booking_changed_to_staff"];
    assert_mails(&desk, &booked, "cancelled", &kinds).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_nobody_answered() {
    let desk = Desk::start().await;
    let booked = Booked::of(&desk, &assessment()).await;

    desk.set_now("2026-11-30T17:01:00-05:00".parse().unwrap())
        .await;

    let kinds = ["booking_expired", "booking_changed_to_staff"];
    assert_mails(&desk, &booked, "expired", &kinds).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_that_has_to_move() {
    let desk = Desk::start().await;
    let booked = Booked::of(&desk, &booking()).await;
    let (from, to) = ("2026-12-01T09:00:00-05:00", "2026-12-01T12:00:00-05:00");
    let off = NewTimeOff {
        tell_patients: true,
        ..time_off("chiropodist-1", from, to)
    };

    add(&desk, off).await;
    desk.clock(json!({ "advance": "PT1S" })).await;

    assert_mails(&desk, &booked, "away", &["booking_must_move"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_on_the_waiting_list_and_what_is_offered_to_it() {
    let desk = Desk::start().await;
    let whole = time_off(
        "chiropodist-1",
        "2026-12-01T00:00:00-05:00",
        "2026-12-02T00:00:00-05:00",
    );
    let (whole, _) = add(&desk, whole).await;
    let waiting = Waiting::of(&desk, &entry()).await;
    let office = office(&desk).await;

    let removed = office.remove_time_off(&whole.id, now(&desk).await).await;
    removed.unwrap();
    desk.clock(json!({ "advance": "PT1S" })).await;
    let offer = waiting.offer(&desk).await.unwrap();
    assert_mails(&desk, &offer, "offered", &["waitlist_offer"]).await;
    desk.set_now("2026-11-30T13:01:00-05:00".parse().unwrap())
        .await;

    let joined = desk.mail(&waiting.reference, "waitlist_joined").await;
    assert_mail(&desk, "waitlist_joined", &joined).await;
    let expired = desk.mail(&offer.reference, "booking_expired").await;
    assert_mail(&desk, "booking_expired_offer", &expired).await;
}
