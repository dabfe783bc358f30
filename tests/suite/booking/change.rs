//! What patients do with their booking: move it, cancel it; and what staff note afterwards.

use frontdesk_tests::{
    CHANGE_MAILS, Desk,
    booked::{Booked, assessment},
    booking,
    html::links,
    text, with,
};
use serde_json::{Value, json};

async fn busy(desk: &Desk, practitioner: &str) -> Vec<(String, usize)> {
    let days = desk
        .items_of("BookingTable", &format!("practitioner#{practitioner}"))
        .await;
    let day = |day: &frontdesk_tests::Item| {
        let busy = day.get("busy")?.as_ns().unwrap().len();
        Some((text(day, "sk").to_owned(), busy))
    };
    let mut days: Vec<_> = days.iter().filter_map(day).collect();
    days.sort();
    days
}

fn day(date: &str, cells: usize) -> (String, usize) {
    (format!("day#{date}"), cells)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_moves_within_a_day_to_another_day_and_to_somebody_else() {
    let desk = Desk::start().await;
    let booked = Booked::of(&desk, &booking()).await;
    let moved = async |start: &str| {
        let answer = booked.reschedule(&desk, start).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        desk.all_mails_sent().await;
        let view = answer.json();
        assert_eq!(
            (&view["start"], &view["status"]),
            (&json!(start), &json!("confirmed"))
        );
        view
    };

    // Within its own time, so that both times overlap.
    moved("2026-12-01T10:15:00-05:00").await;
    assert_eq!(busy(&desk, "chiropodist-1").await, [day("2026-12-01", 8)]);
    moved("2026-12-03T09:00:00-05:00").await;
    assert_eq!(busy(&desk, "chiropodist-1").await, [day("2026-12-03", 8)]);
    // The first chiropodist does not work on Saturday.
    let view = moved("2026-12-05T09:00:00-05:00").await;
    assert_ne!(view["practitioner"], "chiropodist-1");
    assert_eq!(view["revision"], 3);
    assert_eq!(busy(&desk, "chiropodist-1").await, []);
    // Again: the same answer, and no mail.
    assert_eq!(moved("2026-12-05T09:00:00-05:00").await["revision"], 3);
    desk.mails_of(&["booking_moved"], 3).await;
    desk.mails_of(&["booking_changed_to_staff"], 3).await;
    desk.mails_of(&CHANGE_MAILS, 6).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_link_that_was_ever_mailed_leads_to_todays_time() {
    let desk = Desk::start().await;
    let booked = Booked::of(&desk, &assessment()).await;
    booked.decide(&desk, "confirm").await;
    for start in [
        "2026-12-02T11:00:00-05:00",
        "2026-12-04T10:00:00-05:00",
        "2027-01-20T10:00:00-05:00",
    ] {
        desk.all_mails_sent().await;
        assert_eq!(booked.reschedule(&desk, start).await.status, 200);
    }
    // Long after the first time's thirty days.
    desk.set_now("2027-01-18T09:00:00-05:00".parse().unwrap())
        .await;

    let mut seen = 0;
    for mail in desk.all_mails_sent().await {
        for link in links(mail["html"].as_str().unwrap()) {
            let Some(path) = link
                .strip_prefix(&desk.url)
                .filter(|path| path.starts_with("/bookings/"))
            else {
                continue;
            };
            let page = desk.page(path).await;
            assert_eq!(page.status, 200, "{path}");
            assert!(
                page.text
                    .contains("Wednesday, January 20, 2027 at 10:00\u{a0}a.m."),
                "{}",
                page.text
            );
            seen += 1;
        }
    }
    assert_eq!(
        seen, 9,
        "three for the request and its confirmation, two for each move"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_time_that_is_taken_leaves_the_visit_where_it_was() {
    let desk = Desk::start().await;
    let booked = Booked::of(&desk, &booking()).await;
    let other = with(booking(), "start", json!("2026-12-02T10:00:00-05:00"));
    let other = with(other, "patient.email", json!("other@example.com"));
    Booked::of(&desk, &with(other, "patient.phone", json!("416-555-9999"))).await;

    for start in ["2026-12-02T10:00:00-05:00", "2026-12-02T10:30:00-05:00"] {
        let body = json!({ "start": start, "practitioner": "chiropodist-1" });
        let taken = booked.press(&desk, "reschedule", body).await;
        assert_eq!(taken.problem(), "slot_taken", "{taken:?}");
        assert_eq!(taken.json()["alternatives"].as_array().unwrap().len(), 5);
    }
    for (start, problem) in [
        ("2026-11-30T10:00:00-05:00", "too_soon"),
        ("2028-01-01T10:00:00-05:00", "too_far"),
        ("2026-12-02T03:00:00-05:00", "outside_hours"),
    ] {
        assert_eq!(booked.reschedule(&desk, start).await.problem(), problem);
    }
    let view = booked.view(&desk).await;
    assert_eq!(
        (view["revision"].as_u64(), view["start"].as_str()),
        (Some(0), Some("2026-12-01T10:00:00-05:00"))
    );
    assert_eq!(
        busy(&desk, "chiropodist-1").await,
        [day("2026-12-01", 8), day("2026-12-02", 8)]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_is_cancelled_on_a_page_of_its_own_and_staff_read_why_by_a_press() {
    let desk = Desk::start().await;
    let booked = Booked::of(&desk, &booking()).await;
    let before = desk.everything().await;
    let asked = desk.page(&booked.address("cancel")).await;
    assert!(
        asked.text.contains("Cancel this appointment?"),
        "{}",
        asked.text
    );
    assert_eq!(desk.everything().await, before, "looking changes nothing");

    for _ in 0..2 {
        let body = json!({ "reason": "My knee is broken" });
        let cancelled = booked.press(&desk, "cancel", body).await;
        assert_eq!(cancelled.status, 200, "{cancelled:?}");
        assert_eq!(cancelled.json()["status"], "cancelled");
    }

    assert_eq!(busy(&desk, "chiropodist-1").await, []);
    let staff = desk
        .mail(&booked.reference, "booking_changed_to_staff")
        .await;
    let staff = staff["text"].as_str().unwrap();
    assert!(
        staff.contains("has cancelled") && !staff.contains("knee"),
        "{staff}"
    );
    assert!(staff.contains("Read why they cancelled"), "{staff}");
    desk.mail(&booked.reference, "booking_cancelled").await;
    desk.mails_of(&CHANGE_MAILS, 2).await;
    let shown = desk.page(&booked.address("decision")).await.text;
    assert!(!shown.contains("knee"), "{shown}");
    let read = booked.press(&desk, "reason", json!({})).await.json();
    assert_eq!(read["cancel_reason"], "My knee is broken");
    assert_eq!(
        booked
            .reschedule(&desk, "2026-12-02T10:00:00-05:00")
            .await
            .problem(),
        "wrong_state"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn near_the_visit_patients_read_the_phone_number() {
    let desk = Desk::start().await;
    let confirmed = Booked::of(&desk, &booking()).await;
    let requested = with(assessment(), "start", json!("2026-12-01T14:00:00-05:00"));
    let requested = Booked::of(&desk, &requested).await;
    // A day before is in time; a minute later is not.
    desk.set_now("2026-11-30T09:59:30-05:00".parse().unwrap())
        .await;
    assert_eq!(
        confirmed.view(&desk).await["can"],
        json!(["cancel", "reschedule"])
    );
    desk.set_now("2026-11-30T10:01:00-05:00".parse().unwrap())
        .await;

    assert_eq!(confirmed.view(&desk).await["can"], json!([]));
    for (page, body) in [
        ("cancel", json!({})),
        (
            "reschedule",
            json!({ "start": "2026-12-03T10:00:00-05:00" }),
        ),
    ] {
        let late = confirmed.press(&desk, page, body.clone()).await;
        assert_eq!(
            (late.status.as_u16(), late.problem().as_str()),
            (422, "too_late")
        );
        assert!(late.text.contains("416-769-3338"), "{late:?}");
    }
    for page in ["", "cancel"] {
        let page = desk.page(&confirmed.address(page)).await.text;
        assert!(
            page.contains("call us: <a href=\"tel:4167693338\""),
            "{page}"
        );
    }
    // A request can be called off until it begins.
    assert_eq!(
        requested.press(&desk, "cancel", json!({})).await.json()["status"],
        "cancelled"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_note_afterwards_that_somebody_did_not_come() {
    let desk = Desk::start().await;
    let booked = Booked::of(&desk, &booking()).await;
    let early = booked.press(&desk, "no-show", json!({})).await;
    assert_eq!(
        (early.status.as_u16(), early.problem().as_str()),
        (422, "too_soon")
    );
    desk.set_now("2026-12-01T11:00:00-05:00".parse().unwrap())
        .await;
    assert_eq!(booked.view(&desk).await["status"], "completed");

    for _ in 0..2 {
        let noted = booked.press(&desk, "no-show", json!({})).await;
        assert_eq!(noted.json()["status"], "no_show", "{noted:?}");
    }
    assert_eq!(desk.items_of("BookingTable", "audit#").await.len(), 1);
    for page in ["cancel", "reschedule"] {
        let body = json!({ "start": "2026-12-03T10:00:00-05:00" });
        let body: Value = if page == "cancel" { json!({}) } else { body };
        assert_eq!(
            booked.press(&desk, page, body).await.problem(),
            "wrong_state"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_needs_a_number_and_is_not_at_the_clinic() {
    let desk = Desk::start().await;
    let call = with(booking(), "service", json!("new-patient-call"));
    let call = with(call, "practitioner", json!("chiropodist-3"));
    let call = with(call, "start", json!("2026-12-02T10:00:00-05:00"));

    let without = desk
        .post("/bookings", &with(call.clone(), "patient.phone", json!("")))
        .await;
    assert_eq!(without.field_codes(), ["patient.phone: required"]);
    let booked = Booked::of(&desk, &call).await;

    assert_eq!(booked.view(&desk).await["place"], "phone");
    let mail = desk.mail(&booked.reference, "booking_confirmed").await;
    let mail = mail["text"].as_str().unwrap();
    assert!(mail.contains("Where: By phone: we will call you"), "{mail}");
    assert!(!mail.contains("How to find us"), "{mail}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happened_before_is_said_before_what_is_wrong_with_a_time() {
    let desk = Desk::start().await;
    let booked = Booked::of(&desk, &booking()).await;
    booked.press(&desk, "cancel", json!({})).await;

    for start in ["2026-12-02T03:00:00-05:00", "2026-11-30T10:00:00-05:00"] {
        let moved = booked.reschedule(&desk, start).await;
        assert_eq!(moved.problem(), "wrong_state", "{start}");
    }
    let body = json!({ "decision": "propose", "starts": ["2026-12-02T03:00:00-05:00"] });
    let proposed = booked.press(&desk, "decision", body).await;
    assert_eq!(proposed.problem(), "wrong_state");
    // Nobody is offered what they cannot do.
    for page in ["cancel", "reschedule"] {
        let page = desk.page(&booked.address(page)).await.text;
        assert!(page.contains("Your appointment is cancelled"), "{page}");
        assert!(!page.contains("<form"), "{page}");
    }
    for decision in ["decline", "propose", "no_show"] {
        let path = format!("{}&decision={decision}", booked.address("decision"));
        let page = desk.page(&path).await.text;
        assert!(page.contains("<h1>Cancelled appointment</h1>"), "{page}");
    }
}
