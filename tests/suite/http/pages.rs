//! Each page that the functions serve, whole.

use frontdesk_tests::{
    Desk,
    booked::{Booked, assessment},
    booking, message,
    snapshots::{page, stable},
    with,
};
use insta::assert_snapshot;
use serde_json::json;

fn assert_page(name: &str, html: &str) {
    let _stable = stable();
    assert_snapshot!(name, page(html));
}

const MESSAGE: [(&str, &str); 4] = [
    ("name", "Zoë"),
    ("email", "zoe@example.com"),
    ("message", "My heel hurts."),
    ("consent", "on"),
];

const BOOKING: [(&str, &str); 7] = [
    ("service", "foot-care"),
    ("practitioner", "chiropodist-1"),
    ("start", "2026-12-01T10:00:00-05:00"),
    ("patient.name", "Zoë"),
    ("patient.email", "zoe@example.com"),
    ("patient.phone", "416-555-0123"),
    ("consent", "on"),
];

#[tokio::test(flavor = "multi_thread")]
async fn the_contact_form() {
    let desk = Desk::start().await;

    assert_page("contact_form", &desk.page("/contact/form").await.text);
    let bad = [
        ("name", "Zoë"),
        ("email", "zoe"),
        ("topic", "foot-pain"),
        ("_next", "x"),
    ];
    let again = desk.post_form("/contact", &bad).await;
    assert_page("contact_form_with_errors", &again.text);
    let sent = desk.post_form("/contact", &MESSAGE).await;
    assert_page("contact_thanks", &desk.followed(&sent).await.text);
    desk.faults(json!({ "dynamodb": "down" })).await;
    let other = [&MESSAGE[..], &[("phone", "416-555-0123")]].concat();
    let down = desk.post_form("/contact", &other);
    assert_page("contact_form_unavailable", &down.await.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn staffs_page_of_a_message() {
    let desk = Desk::start().await;
    let sent = desk.post("/contact", &message()).await.json();
    let reference = sent["reference"].as_str().unwrap();
    for mail in ["message_to_staff", "message_receipt"] {
        desk.mail(reference, mail).await;
    }
    desk.all_mails_sent().await;
    let path = desk.review_path(reference).await;
    let (address, token) = path.split_once("?token=").unwrap();
    let press = async |action| {
        let fields = [("token", token), ("action", action)];
        desk.sent(address, &fields).await.text
    };

    assert_page("review_received", &desk.page(&path).await.text);
    assert_page("review_with_content", &press("show").await);
    assert_page("review_spam", &press("spam").await);
    assert_page("review_wrong_state", &press("handled").await);
    assert_page("review_released", &press("release").await);
    assert_page("review_handled", &press("handled").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn staffs_page_of_a_message_in_quarantine() {
    let desk = Desk::start().await;
    let reference = desk.quarantine(&message()).await;
    desk.set_now(frontdesk_tests::DIGEST.parse().unwrap()).await;
    desk.mail(&reference, "digest").await;
    let path = desk.review_path(&reference).await;

    assert_page("review_quarantined", &desk.page(&path).await.text);
    desk.decide(&path, "release").await;
    for kind in ["message_to_staff", "message_receipt"] {
        desk.mail(&reference, kind).await;
    }
    desk.all_mails_sent().await;
    let released = desk.page(&path).await;
    assert_page("review_released_from_quarantine", &released.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_patients_pages_of_a_booking() {
    let desk = Desk::start().await;
    for (name, service, practitioner, start) in [
        (
            "confirmed",
            "foot-care",
            "chiropodist-1",
            "2026-12-01T10:00:00-05:00",
        ),
        (
            "requested",
            "initial-assessment",
            "chiropodist-2",
            "2026-12-04T10:00:00-05:00",
        ),
    ] {
        let own = [
            ("service", service),
            ("practitioner", practitioner),
            ("start", start),
        ];
        let fields = [&own[..], &BOOKING[3..]].concat();
        let booked = desk.post_form("/bookings", &fields).await;
        let thanks = desk.followed(&booked).await;
        assert_page(&format!("booking_{name}_answer"), &thanks.text);
        let manage = booked.header("location");
        let manage = manage.strip_suffix("&done=booked").unwrap();
        assert_page(&format!("booking_{name}"), &desk.page(manage).await.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_browser_sees_of_problems() {
    let desk = Desk::start().await;
    desk.post("/bookings", &booking()).await;

    assert_page(
        "problem_slot_taken",
        &desk.post_form("/bookings", &BOOKING).await.text,
    );
    let bad = desk
        .post_form("/bookings", &[("service", "foot-care")])
        .await;
    assert_page("problem_invalid", &bad.text);
    let nowhere = desk.page("/nothing").await;
    assert_page("problem_not_found", &nowhere.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_patients_and_staff_do_with_a_booking() {
    let desk = Desk::start().await;
    let other = with(booking(), "start", json!("2026-12-01T14:00:00-05:00"));
    Booked::of(&desk, &other).await;
    let body = with(assessment(), "patient.email", json!("ada@example.com"));
    let booked = Booked::of(&desk, &with(body, "patient.phone", json!(""))).await;
    let page = async |page: &str, more: &str| {
        let address = format!("{}{more}", booked.address(page));
        let page = desk.page(&address).await;
        assert_eq!(page.status, 200, "{address}");
        page.text
    };
    let press = async |page: &str, fields: &[(&str, &str)]| {
        let address = booked.address(page);
        let (address, token) = address.split_once("?token=").unwrap();
        let fields = [fields, &[("token", token)]].concat();
        desk.sent(address, &fields).await.text
    };

    assert_page("staff_request", &page("decision", "").await);
    assert_page(
        "staff_decline",
        &page("decision", "&decision=decline").await,
    );
    let propose = page("decision", "&decision=propose&day=2026-12-05").await;
    assert_page("staff_propose", &propose);
    let starts = [
        ("decision", "propose"),
        ("starts.1", "2026-12-02T14:00:00-05:00"),
        ("starts.7", "2026-12-05T09:00:00-05:00"),
        ("note", "Would this suit you?"),
    ];
    assert_page("staff_proposed", &press("decision", &starts).await);
    assert_page("patient_proposals", &page("", "").await);
    let accept = [("start", "2026-12-05T09:00:00-05:00")];
    assert_page("patient_accepted", &press("accept", &accept).await);
    assert_page(
        "staff_wrong_state",
        &press("decision", &[("decision", "decline")]).await,
    );
    let times = page("reschedule", "&day=2026-12-07").await;
    assert_page("patient_times", &times);
    assert_page("patient_asked_to_cancel", &page("cancel", "").await);
    assert_page(
        "patient_cancelled",
        &press("cancel", &[("reason", "")]).await,
    );
    assert_page("staff_cancelled", &page("decision", "").await);
    assert_page(
        "staff_no_show",
        &page("decision", "&decision=no_show").await,
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_of_a_link_that_is_lost() {
    let desk = Desk::start().await;

    let lost = desk.page("/bookings/B-00000-00000?token=x").await;
    assert_page("lost_patient", &lost.text);
    let staff = desk.page("/bookings/B-00000-00000/decision?token=x").await;
    assert_page("lost_staff", &staff.text);
    let asked = desk.post_form("/bookings/links", &[("email", "zoe@example.com")]);
    assert_page("lost_asked", &asked.await.text);
    let wrong = desk.post_form("/bookings/links", &[("email", "zoe")]);
    assert_page("lost_wrong_address", &wrong.await.text);
}
