//! What staff answer to a request: yes, no, or another time; and what happens when nobody answers.

use frontdesk_tests::{
    Answer, CHANGE_MAILS, Desk,
    booked::{Booked, assessment, of_person},
    text, with,
};
use futures_util::future::join_all;
use serde_json::{Value, json};

/// The busy cells of the first chiropodist's Tuesday.
async fn busy(desk: &Desk) -> usize {
    let days = desk
        .items_of("BookingTable", "practitioner#chiropodist-1")
        .await;
    let busy = days.iter().filter_map(|day| day.get("busy"));
    busy.map(|set| set.as_ns().unwrap().len()).sum()
}

async fn mail_text(desk: &Desk, booked: &Booked, kind: &str) -> String {
    let mail = desk.mail(&booked.reference, kind).await;
    mail["text"].as_str().unwrap().to_owned()
}

fn status(answer: &Answer) -> Value {
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()["status"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_confirm_with_one_press_and_the_patient_is_told_once() {
    let desk = Desk::start().await;
    let booked = Booked::of(&desk, &assessment()).await;
    let before = booked.view(&desk).await;
    assert_eq!(
        before["answer_by"], "2026-11-30T17:00:00-05:00",
        "eight opening hours"
    );
    assert_eq!(before["can"], json!(["cancel", "reschedule"]));

    for _ in 0..3 {
        let confirmed = booked.decide(&desk, "confirm").await;
        assert_eq!(status(&confirmed), "confirmed");
        assert_eq!(confirmed.json()["revision"], 1);
        assert_eq!(confirmed.json()["answer_by"], Value::Null);
    }

    let mail = mail_text(&desk, &booked, "booking_confirmed").await;
    assert!(mail.contains("Your visit is confirmed"), "{mail}");
    assert_eq!(
        desk.all_mails_sent().await.len(),
        3,
        "staff's, the receipt, the confirmation"
    );
    let trail = desk.items_of("BookingTable", "audit#").await;
    assert_eq!(trail.len(), 1);
    assert_eq!(text(&trail[0], "action"), "confirmed");
    assert_eq!(busy(&desk).await, 11);
    for decision in ["decline", "propose"] {
        let body = json!({ "decision": decision, "starts": ["2026-12-02T10:00:00-05:00"] });
        let body = if decision == "decline" {
            json!({ "decision": decision })
        } else {
            body
        };
        let late = booked.press(&desk, "decision", body).await;
        assert_eq!(late.problem(), "wrong_state");
        assert_eq!(late.json()["booking_status"], "confirmed");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_decline_with_a_few_words_and_the_time_is_free_again() {
    let desk = Desk::start().await;
    let booked = Booked::of(&desk, &assessment()).await;
    let body =
        json!({ "decision": "decline", "note": "We are at a congress.\nPlease try next week." });

    for _ in 0..2 {
        let declined = booked.press(&desk, "decision", body.clone()).await;
        assert_eq!(status(&declined), "declined");
    }

    let mail = mail_text(&desk, &booked, "booking_declined").await;
    assert!(mail.contains("We are at a congress."), "{mail}");
    desk.mails_of(&CHANGE_MAILS, 1).await;
    assert_eq!(busy(&desk).await, 0);
    let page = desk.page(&booked.address("")).await.text;
    assert!(page.contains("Please try next week."), "{page}");
    assert_eq!(booked.view(&desk).await["can"], json!([]));
    assert_eq!(
        booked.decide(&desk, "confirm").await.problem(),
        "wrong_state"
    );
    // The same body without a key books anew.
    let again = desk.post("/bookings", &assessment()).await;
    assert_eq!(again.status, 201, "{again:?}");
    assert_ne!(again.json()["reference"], json!(booked.reference));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proposed_start_is_taken_with_one_press_and_confirmed() {
    let desk = Desk::start().await;
    let booked = Booked::of(&desk, &assessment()).await;
    desk.clock(json!({ "advance": "PT2H" })).await;
    let starts = ["2026-12-01T10:15:00-05:00", "2026-12-02T14:00:00-05:00"];
    let body = json!({ "decision": "propose", "starts": starts, "note": "Would this suit you?" });

    for _ in 0..2 {
        let proposed = booked.press(&desk, "decision", body.clone()).await;
        assert_eq!(status(&proposed), "requested");
        assert_eq!(proposed.json()["revision"], 1);
    }

    let view = booked.view(&desk).await;
    assert_eq!(view["can"], json!(["accept", "cancel", "reschedule"]));
    assert_eq!(
        view["answer_by"], "2026-12-01T06:00:00-05:00",
        "until the minimum notice"
    );
    assert_eq!(view["proposed"][1]["start"], starts[1]);
    assert_eq!(
        busy(&desk).await,
        11,
        "the first time is held, and no other"
    );
    let mail = mail_text(&desk, &booked, "booking_proposed").await;
    assert!(
        mail.contains(
            "Wednesday, December 2, 2026 at 2:00\u{a0}p.m. (Toronto time), with Chiropodist 1"
        ),
        "{mail}"
    );
    let not_proposed = booked
        .press(
            &desk,
            "accept",
            json!({ "start": "2026-12-02T15:00:00-05:00" }),
        )
        .await;
    assert_eq!(not_proposed.field_codes(), ["start: not_allowed"]);
    for _ in 0..2 {
        let accepted = booked
            .press(&desk, "accept", json!({ "start": starts[1] }))
            .await;
        assert_eq!(status(&accepted), "confirmed");
        assert_eq!(accepted.json()["start"], starts[1]);
    }
    let staff = mail_text(&desk, &booked, "booking_changed_to_staff").await;
    assert!(staff.contains("took a time that you proposed"), "{staff}");
    assert!(
        staff.contains("Earlier time: Tuesday, December 1, 2026 at 10:00\u{a0}a.m."),
        "{staff}"
    );
    mail_text(&desk, &booked, "booking_confirmed").await;
    assert_eq!(busy(&desk).await, 11);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proposed_start_that_somebody_else_took_leaves_the_first_time_held() {
    let desk = Desk::start().await;
    let booked = Booked::of(&desk, &assessment()).await;
    let start = json!("2026-12-02T14:00:00-05:00");
    let body = json!({ "decision": "propose", "starts": [start] });
    assert_eq!(
        status(&booked.press(&desk, "decision", body).await),
        "requested"
    );
    let other = with(assessment(), "start", start.clone());
    let other = with(other, "patient.email", json!("other@example.com"));
    Booked::of(&desk, &with(other, "patient.phone", json!("416-555-9999"))).await;

    let taken = booked
        .press(&desk, "accept", json!({ "start": start }))
        .await;

    assert_eq!(
        (taken.status.as_u16(), taken.problem().as_str()),
        (409, "slot_taken")
    );
    let view = booked.view(&desk).await;
    assert_eq!(view["status"], "requested");
    assert_eq!(view["start"], "2026-12-01T10:00:00-05:00");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_proposed_is_said() {
    let desk = Desk::start().await;
    let booked = Booked::of(&desk, &assessment()).await;
    let proposing = |starts: Value| json!({ "decision": "propose", "starts": starts });
    let many: Vec<String> = (10..16)
        .map(|minute| format!("2026-12-02T{minute}:00:00-05:00"))
        .collect();

    for (body, code) in [
        (proposing(json!([])), "starts: required"),
        (json!({ "decision": "propose" }), "starts: required"),
        (proposing(json!(many)), "starts: too_long"),
        (proposing(json!(["tomorrow"])), "starts: invalid"),
        (proposing(json!([7])), "starts: invalid"),
        (
            proposing(json!(["2026-12-02T03:00:00-05:00"])),
            "starts: not_allowed",
        ),
        (
            proposing(json!(["2026-12-01T10:00:00-05:00"])),
            "starts: not_allowed",
        ),
        (
            json!({ "decision": "confirm", "starts": many }),
            "starts: not_allowed",
        ),
        (json!({ "decision": "perhaps" }), "decision: not_allowed"),
        (
            json!({ "decision": "confirm", "note": "x".repeat(501) }),
            "note: too_long",
        ),
    ] {
        let answer = booked.press(&desk, "decision", body.clone()).await;
        assert_eq!(answer.field_codes(), [code], "{body}");
    }
    assert_eq!(booked.view(&desk).await["revision"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_nobody_answers_expires_and_both_sides_are_told() {
    let desk = Desk::start().await;
    let booked = Booked::of(&desk, &assessment()).await;

    desk.set_now("2026-11-30T16:59:00-05:00".parse().unwrap())
        .await;
    assert_eq!(booked.view(&desk).await["status"], "requested");
    desk.set_now("2026-11-30T17:01:00-05:00".parse().unwrap())
        .await;

    let view = booked.view(&desk).await;
    assert_eq!(
        (view["status"].as_str(), view["revision"].as_u64()),
        (Some("expired"), Some(1))
    );
    let patient = mail_text(&desk, &booked, "booking_expired").await;
    assert!(
        patient.contains("nobody was able to answer your request in time"),
        "{patient}"
    );
    let staff = mail_text(&desk, &booked, "booking_changed_to_staff").await;
    assert!(
        staff.contains("The patient gets an email about it."),
        "{staff}"
    );
    assert_eq!(busy(&desk).await, 0);
    assert_eq!(
        booked.decide(&desk, "confirm").await.problem(),
        "wrong_state"
    );
    desk.clock(json!({ "advance": "PT3H" })).await;
    desk.mails_of(&CHANGE_MAILS, 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_decisions_at_once_one_wins_and_the_others_see_it() {
    let desk = Desk::start().await;
    for round in 0..6 {
        let start = format!("2026-12-0{}T10:00:00-05:00", 1 + round % 3);
        let body = with(of_person(assessment(), round), "start", json!(start));
        let body = with(
            body,
            "practitioner",
            json!(if round < 3 {
                "chiropodist-1"
            } else {
                "chiropodist-2"
            }),
        );
        let booked = Booked::of(&desk, &body).await;

        let presses = (0..8).map(|n| booked.decide(&desk, ["confirm", "decline"][n % 2]));
        let answers = join_all(presses).await;

        let won = booked.view(&desk).await["status"].clone();
        for answer in answers {
            match answer.status.as_u16() {
                200 => assert_eq!(answer.json()["status"], won),
                409 => assert_eq!(answer.json()["booking_status"], won),
                status => panic!("{status}: {answer:?}"),
            }
        }
        assert_eq!(booked.view(&desk).await["revision"], 1);
    }
    assert_eq!(desk.items_of("BookingTable", "audit#").await.len(), 6);
}
