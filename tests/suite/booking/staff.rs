//! Staff's page: they answer what they see, lose nothing that they typed, and read what is left to do.

use frontdesk_tests::{
    Desk,
    booked::{Booked, assessment},
    html::field,
    with,
};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn staff_answer_what_they_have_seen_and_nothing_else() {
    let desk = Desk::start().await;
    let booked = Booked::of(&desk, &assessment()).await;
    let page = desk.page(&booked.address("decision")).await.text;
    let seen = field(&page, "revision");
    assert_eq!(seen.get("value"), "0");
    let moved = booked.reschedule(&desk, "2026-12-02T10:00:00-05:00").await;
    assert_eq!(moved.status, 200);

    for decision in ["confirm", "decline"] {
        let body = json!({ "decision": decision, "revision": "0" });
        let late = booked.press(&desk, "decision", body).await;
        assert_eq!(late.problem(), "wrong_state", "{decision}");
    }
    let fields = [
        ("token", booked.staff.as_str()),
        ("decision", "confirm"),
        ("revision", "0"),
    ];
    let path = format!("/bookings/{}/decision", booked.reference);
    let shown = desk.post_form(&path, &fields).await;
    assert_eq!(shown.status, 409);
    assert!(
        shown.text.contains("Wednesday, December 2, 2026"),
        "{}",
        shown.text
    );

    // Pressed twice on the page as it is now, it is confirmed once.
    for _ in 0..2 {
        let body = json!({ "decision": "confirm", "revision": "1" });
        let confirmed = booked.press(&desk, "decision", body).await;
        assert_eq!(confirmed.json()["status"], "confirmed");
        assert_eq!(confirmed.json()["revision"], 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mistake_in_an_answer_loses_nothing_that_was_typed() {
    let desk = Desk::start().await;
    let booked = Booked::of(&desk, &assessment()).await;
    let path = format!("/bookings/{}/decision", booked.reference);
    let post = async |more: &[(&str, &str)]| {
        let fields = [
            ("token", booked.staff.as_str()),
            ("note", "Would this suit you?"),
        ];
        desk.post_form(&path, &[&fields[..], more].concat()).await
    };

    let none = post(&[("decision", "propose")]).await;
    let gone = post(&[
        ("decision", "propose"),
        ("starts.1", "2026-12-02T10:00:00-05:00"),
        ("starts.2", "2026-12-02T03:00:00-05:00"),
    ])
    .await;

    for page in [&none, &gone] {
        assert_eq!(page.status, 422);
        assert!(
            page.text.contains("Would this suit you?</textarea>"),
            "{}",
            page.text
        );
        assert!(page.text.contains("role=\"alert\""), "{}", page.text);
    }
    assert!(
        gone.text
            .contains("value=\"2026-12-02T10:00:00-05:00\" checked"),
        "{}",
        gone.text
    );
    // Other days are looked at with what is ticked and typed, and nothing is sent.
    let other = post(&[
        ("decision", "propose"),
        ("starts.1", "2026-12-02T10:00:00-05:00"),
        ("change", "day:2026-12-04"),
    ])
    .await;
    assert_eq!(other.status, 200);
    for words in [
        "Chosen on other days",
        "value=\"2026-12-02T10:00:00-05:00\" checked",
        "Wednesday, December 2, 2026 at 10:00\u{a0}a.m.",
        "<legend>Friday, December 4</legend>",
        "Would this suit you?</textarea>",
    ] {
        assert!(other.text.contains(words), "{words}: {}", other.text);
    }
    assert_eq!(booked.view(&desk).await["proposed"], json!([]));
    let long = "x".repeat(501);
    let decline = desk
        .post_form(
            &path,
            &[
                ("token", &booked.staff),
                ("decision", "decline"),
                ("note", &long),
            ],
        )
        .await;
    assert!(
        decline.text.contains(&format!("{long}</textarea>")),
        "{}",
        decline.text
    );
    let confirmed = booked
        .press(
            &desk,
            "decision",
            json!({ "decision": "confirm", "note": "Bring shoes" }),
        )
        .await;
    assert_eq!(
        confirmed.field_codes(),
        ["note: not_allowed"],
        "it would reach nobody"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_are_told_to_call_who_left_no_address() {
    let desk = Desk::start().await;
    let body = with(assessment(), "patient.email", json!(""));
    let booked = Booked::of(&desk, &body).await;
    let path = format!("{}&decision=propose", booked.address("decision"));
    let propose = desk.page(&path).await.text;
    assert!(propose.contains("please call them"), "{propose}");

    let fields = [("token", booked.staff.as_str()), ("decision", "confirm")];
    let path = format!("/bookings/{}/decision", booked.reference);
    let confirmed = desk.sent(&path, &fields).await.text;

    assert!(
        confirmed.contains("The patient left no email address: please call them."),
        "{confirmed}"
    );
    assert_eq!(desk.all_mails_sent().await.len(), 1, "staff's");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_took_none_of_the_proposed_times_is_told_so() {
    let desk = Desk::start().await;
    let booked = Booked::of(&desk, &assessment()).await;
    let starts = json!(["2026-12-02T14:00:00-05:00"]);
    let body = json!({ "decision": "propose", "starts": starts });
    booked.press(&desk, "decision", body).await;

    desk.set_now("2026-12-01T06:01:00-05:00".parse().unwrap())
        .await;

    let patient = desk.mail(&booked.reference, "booking_expired").await;
    let patient = patient["text"].as_str().unwrap();
    assert!(
        patient.contains("The time to choose has passed"),
        "{patient}"
    );
    let staff = desk
        .mail(&booked.reference, "booking_changed_to_staff")
        .await;
    let staff = staff["text"].as_str().unwrap();
    assert!(staff.contains("chose none of the times"), "{staff}");
}
