//! The waiting list: who joins while nothing is free is offered what becomes free, first come, first served.

use frontdesk_tests::{
    Desk, WAITLIST_MAILS,
    booked::{self, Booked, assessment},
    booking, ledger,
    office::{add, now, office, time_off},
    snapshots, text,
    waiting::{Waiting, entry, join, of_person},
    with,
};
use insta::assert_snapshot;
use serde_json::{Value, json};

const DAY: &str = "2026-12-01";

fn at(time: &str) -> String {
    format!("{DAY}T{time}:00-05:00")
}

/// The first chiropodist's Tuesday has one time left for foot care, from two to half past two, and somebody has it.
async fn full(desk: &Desk) -> Booked {
    full_but_for(desk, "14:30").await
}

/// The same, but with free time from two until then.
async fn full_but_for(desk: &Desk, until: &str) -> Booked {
    for (from, to) in [("09:00", "14:00"), (until, "17:00")] {
        add(desk, time_off("chiropodist-1", &at(from), &at(to))).await;
    }
    let body = with(
        booked::of_person(booking(), 900),
        "start",
        json!(at("14:00")),
    );
    Booked::of(desk, &body).await
}

async fn waiting(desk: &Desk, n: usize) -> Waiting {
    Waiting::of(desk, &of_person(entry(), n)).await
}

async fn status(desk: &Desk, waiting: &Waiting) -> String {
    waiting.view(desk).await["status"]
        .as_str()
        .unwrap()
        .to_owned()
}

async fn cancel(desk: &Desk, booked: &Booked) {
    let answer = booked.press(desk, "cancel", json!({})).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_could_book_need_not_wait() {
    let desk = Desk::start().await;

    let answer = join(&desk, &entry()).await;

    assert_eq!(
        (answer.status.as_u16(), answer.problem()),
        (409, "slots_free".to_owned())
    );
    let alternatives = answer.json()["alternatives"].as_array().unwrap().clone();
    assert_eq!(
        (alternatives.len(), &alternatives[0]["book"]),
        (5, &json!("online"))
    );
    assert!(desk.items_of("BookingTable", "waitlist#").await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_joins_gets_a_mail_and_sees_and_leaves_the_list() {
    let desk = Desk::start().await;
    full(&desk).await;

    let waiting = waiting(&desk, 1).await;

    let mail = desk.mail(&waiting.reference, "waitlist_joined").await;
    assert!(mail["text"].as_str().unwrap().contains(&waiting.address()));
    let view = waiting.view(&desk).await;
    let _stable = snapshots::stable();
    assert_snapshot!("an_entry_in_the_waiting_list", format!("{view:#}"));
    let page = desk.page(&waiting.address()).await;
    assert!(
        page.text.contains("You are on our waiting list"),
        "{page:?}"
    );
    for _ in 0..2 {
        let left = waiting.leave(&desk).await;
        assert_eq!(
            (left.status.as_u16(), &left.json()["status"]),
            (200, &json!("left"))
        );
    }
    for forged in [
        waiting.address() + "x",
        waiting.address().replace("W-", "W-0"),
    ] {
        assert_eq!(desk.get(&forged).await.status, 404, "{forged}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_cancelled_is_held_for_the_first_in_line_and_they_take_it() {
    let desk = Desk::start().await;
    let visit = full(&desk).await;
    let (first, second) = (waiting(&desk, 1).await, waiting(&desk, 2).await);

    cancel(&desk, &visit).await;

    assert_eq!(
        (status(&desk, &first).await, status(&desk, &second).await),
        ("offered".to_owned(), "waiting".to_owned())
    );
    let offer = first.offer(&desk).await.unwrap();
    let view = offer.view(&desk).await;
    assert_eq!(
        (&view["status"], &view["start"]),
        (&json!("offered"), &json!(at("14:00")))
    );
    assert_eq!(view["can"], json!(["accept", "cancel"]));
    // Monday at nine, and four hours of opening time.
    assert_eq!(
        &view["answer_by"].as_str().unwrap()[..16],
        "2026-11-30T13:00"
    );
    ledger::check(&desk).await;
    // Nobody else can have it.
    let other = with(booked::of_person(booking(), 3), "start", json!(at("14:00")));
    assert_eq!(desk.post("/bookings", &other).await.problem(), "slot_taken");
    assert_eq!(
        offer.reschedule(&desk, &at("14:15")).await.problem(),
        "wrong_state"
    );
    let mail = desk.mail(&offer.reference, "waitlist_offer").await;
    assert!(mail["html"].as_str().unwrap().contains(&offer.patient));
    assert_eq!(mail["to"], json!(["p1@example.com"]));

    for _ in 0..2 {
        let taken = offer.press(&desk, "accept", json!({})).await;
        assert_eq!(
            (taken.status.as_u16(), &taken.json()["status"]),
            (200, &json!("confirmed"))
        );
    }

    assert_eq!(
        (status(&desk, &first).await, status(&desk, &second).await),
        ("booked".to_owned(), "waiting".to_owned())
    );
    desk.mail(&offer.reference, "booking_confirmed").await;
    let mail = desk.mail(&offer.reference, "booking_to_staff").await;
    assert!(
        mail["text"]
            .as_str()
            .unwrap()
            .contains("has booked a visit")
    );
    ledger::check(&desk).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offer_that_is_let_go_or_not_answered_goes_to_the_next_and_to_nobody_twice() {
    let desk = Desk::start().await;
    let visit = full(&desk).await;
    let mut line = Vec::new();
    for n in 1..=4 {
        line.push(waiting(&desk, n).await);
    }
    cancel(&desk, &visit).await;

    // The first lets it go.
    let offer = line[0].offer(&desk).await.unwrap();
    desk.mail(&offer.reference, "waitlist_offer").await;
    cancel(&desk, &offer).await;
    assert_eq!(status(&desk, &line[0]).await, "waiting");
    // The second leaves.
    let second = line[1].offer(&desk).await.unwrap();
    desk.mail(&second.reference, "waitlist_offer").await;
    line[1].leave(&desk).await;
    let offered = line[1].view(&desk).await["offer_url"].clone();
    assert_eq!(
        (status(&desk, &line[1]).await, offered),
        ("left".to_owned(), Value::Null)
    );
    // The third does not answer.
    let third = line[2].offer(&desk).await.unwrap();
    desk.mail(&third.reference, "waitlist_offer").await;
    desk.set_now("2026-11-30T13:01:00-05:00".parse().unwrap())
        .await;
    assert_eq!(
        (status(&desk, &line[2]).await, status(&desk, &line[3]).await),
        ("waiting".to_owned(), "offered".to_owned())
    );
    assert_eq!(third.view(&desk).await["status"], "expired");
    let mail = desk.mail(&third.reference, "booking_expired").await;
    assert!(
        mail["text"]
            .as_str()
            .unwrap()
            .contains("You are still on our waiting list")
    );
    assert_eq!(
        third.press(&desk, "accept", json!({})).await.problem(),
        "wrong_state"
    );
    // Nobody is left whom it was not offered to: it is free for all.
    let fourth = line[3].offer(&desk).await.unwrap();
    desk.mail(&fourth.reference, "waitlist_offer").await;
    cancel(&desk, &fourth).await;
    for n in [0, 2, 3] {
        assert_eq!(status(&desk, &line[n]).await, "waiting", "{n}");
    }
    Booked::of(&desk, &with(booking(), "start", json!(at("14:00")))).await;
    // Four have joined, and each was offered it once.
    desk.mails_of(&WAITLIST_MAILS, 8).await;
    // Staff have heard of nothing but of what was booked and cancelled.
    desk.mails_of(&["booking_to_staff"], 2).await;
    desk.mails_of(&["booking_changed_to_staff"], 1).await;
    ledger::check(&desk).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn declining_expiry_a_move_and_time_off_that_is_taken_back_all_reach_the_list() {
    for freed_by in ["decline", "expiry", "move", "time off"] {
        let desk = Desk::start().await;
        for (from, to) in [("09:00", "14:00"), ("15:00", "17:00")] {
            add(&desk, time_off("chiropodist-1", &at(from), &at(to))).await;
        }
        let request = with(
            booked::of_person(assessment(), 900),
            "start",
            json!(at("14:00")),
        );
        let request = Booked::of(&desk, &request).await;
        let rest = time_off("chiropodist-1", &at("14:00"), &at("15:00"));
        let (rest, _) = add(&desk, rest).await;
        let waiting = waiting(&desk, 1).await;
        assert_eq!(status(&desk, &waiting).await, "waiting");
        let office = office(&desk).await;
        let free_rest = async || {
            let removed = office.remove_time_off(&rest.id, now(&desk).await).await;
            assert!(!removed.unwrap().is_free, "somebody waits");
            desk.clock(json!({ "advance": "PT1S" })).await;
        };

        match freed_by {
            "decline" => {
                free_rest().await;
                request.decide(&desk, "decline").await;
            }
            "expiry" => {
                free_rest().await;
                // Eight opening hours.
                desk.set_now("2026-11-30T17:01:00-05:00".parse().unwrap())
                    .await;
            }
            "move" => {
                free_rest().await;
                let moved = request.reschedule(&desk, "2026-12-02T10:00:00-05:00").await;
                assert_eq!(moved.status, 200, "{moved:?}");
            }
            _ => {
                request.decide(&desk, "decline").await;
                assert_eq!(status(&desk, &waiting).await, "waiting");
                free_rest().await;
            }
        }

        assert_eq!(status(&desk, &waiting).await, "offered", "{freed_by}");
        ledger::check(&desk).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offer_is_held_for_opening_hours_and_never_into_the_minimum_notice() {
    for (then, answer_by) in [
        // Four opening hours end at one o'clock, but the notice of four hours begins at ten.
        ("2026-11-30T19:00:00-05:00", Some("2026-12-01T10:00")),
        ("2026-11-30T15:00:00-05:00", Some("2026-12-01T10:00")),
        ("2026-11-30T10:30:00-05:00", Some("2026-11-30T14:30")),
        // Nobody could answer that quickly.
        ("2026-12-01T09:50:00-05:00", None),
    ] {
        let desk = Desk::start().await;
        for (from, to) in [("09:00", "14:00"), ("14:30", "17:00")] {
            add(&desk, time_off("chiropodist-1", &at(from), &at(to))).await;
        }
        let half_hour = time_off("chiropodist-1", &at("14:00"), &at("14:30"));
        let (half_hour, _) = add(&desk, half_hour).await;
        desk.set_now(then.parse().unwrap()).await;
        let waiting = waiting(&desk, 1).await;

        let office = office(&desk).await;
        let removed = office.remove_time_off(&half_hour.id, now(&desk).await);
        removed.await.unwrap();
        desk.clock(json!({ "advance": "PT1S" })).await;

        let Some(offer) = waiting.offer(&desk).await else {
            assert_eq!(answer_by, None, "{then}");
            continue;
        };
        let view = offer.view(&desk).await;
        assert_eq!(
            view["answer_by"].as_str().map(|by| &by[..16]),
            answer_by,
            "{then}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_suits_somebody_is_offered_to_them() {
    let desk = Desk::start().await;
    let visit = full_but_for(&desk, "14:45").await;
    // Another day, another practitioner, and a service that takes longer than what becomes free.
    let other_day = with(of_person(entry(), 1), "from", json!("2026-12-25"));
    let other_day = with(other_day, "to", json!("2026-12-25"));
    let longer = with(
        of_person(entry(), 2),
        "service",
        json!("initial-assessment"),
    );
    let suits = of_person(entry(), 3);
    let mut line = Vec::new();
    for body in [other_day, longer, suits] {
        line.push(Waiting::of(&desk, &body).await);
    }

    cancel(&desk, &visit).await;

    // 45 minutes fit exactly.
    assert_eq!(status(&desk, &line[0]).await, "waiting");
    assert_eq!(status(&desk, &line[1]).await, "offered");
    assert_eq!(status(&desk, &line[2]).await, "waiting");
    line[1].leave(&desk).await;
    assert_eq!(status(&desk, &line[2]).await, "offered");
    ledger::check(&desk).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_with_mistakes_is_refused_with_all_of_them() {
    let desk = Desk::start().await;
    full(&desk).await;

    let wrong = with(of_person(entry(), 1), "from", json!("2026-12-02"));
    let wrong = with(wrong, "patient.email", json!(""));
    let answer = join(&desk, &wrong).await;
    assert_eq!(
        answer.field_codes(),
        ["to: invalid", "patient.email: required"]
    );
    let far = with(of_person(entry(), 1), "to", json!("2027-12-01"));
    assert_eq!(join(&desk, &far).await.field_codes(), ["to: not_allowed"]);
    let returning = with(of_person(entry(), 1), "service", json!("follow-up"));
    assert_eq!(
        join(&desk, &returning).await.problem(),
        "patients_not_accepted"
    );
    let call = with(of_person(entry(), 1), "service", json!("new-patient-call"));
    let call = with(call, "practitioner", Value::Null);
    let call = with(call, "patient.phone", json!(""));
    assert_eq!(
        join(&desk, &call).await.field_codes(),
        ["patient.phone: required"]
    );
    let page = desk
        .request(reqwest::Method::POST, "/waitlist")
        .header("accept", "text/html")
        .json(&of_person(entry(), 2));
    let page = frontdesk_tests::Answer::to(page).await;
    let page = desk.followed(&page).await;
    assert!(
        page.text.contains("You are on our waiting list"),
        "{page:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_request_is_answered_again_and_stored_once() {
    let desk = Desk::start().await;
    let visit = full(&desk).await;
    let body = of_person(entry(), 1);

    let first = join(&desk, &body).await;
    let again = join(&desk, &body).await;

    assert_eq!(
        (again.header("idempotency-replayed"), again.json()),
        ("true", first.json())
    );
    // Also once something is free, and from elsewhere without the link.
    cancel(&desk, &visit).await;
    let offer = Waiting::of(&desk, &body).await.offer(&desk).await.unwrap();
    cancel(&desk, &offer).await;
    let elsewhere = desk.post("/waitlist", &body).await;
    assert_eq!(elsewhere.status, 201, "{elsewhere:?}");
    assert_eq!(elsewhere.json()["manage_url"], Value::Null);
    assert_eq!(desk.items_of("BookingTable", "waitlist#").await.len(), 1);
    assert_eq!(desk.mails_of(&["waitlist_joined"], 1).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn time_that_nobody_could_offer_at_once_is_offered_by_the_sweep() {
    let desk = Desk::start().await;
    let visit = full(&desk).await;
    let waiting = waiting(&desk, 1).await;
    // The cancelling is stored, and then the store fails.
    desk.faults(json!({ "dynamodb": "down", "operation": "TransactWriteItems", "after": 1 }))
        .await;

    cancel(&desk, &visit).await;

    desk.faults(json!({ "dynamodb": "ok" })).await;
    assert_eq!(status(&desk, &waiting).await, "waiting");
    desk.clock(json!({ "advance": "PT1M" })).await;
    assert_eq!(status(&desk, &waiting).await, "offered");
    ledger::check(&desk).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn time_off_takes_back_what_is_offered_then() {
    let desk = Desk::start().await;
    let visit = full(&desk).await;
    let waiting = waiting(&desk, 1).await;
    cancel(&desk, &visit).await;
    let offer = waiting.offer(&desk).await.unwrap();

    let (_, in_the_way) = add(&desk, time_off("chiropodist-1", &at("14:00"), &at("15:00"))).await;
    assert!(
        in_the_way.is_empty(),
        "nobody has to move who has not come to an appointment"
    );
    desk.clock(json!({ "advance": "PT1M" })).await;

    assert_eq!(offer.view(&desk).await["status"], "expired");
    assert_eq!(status(&desk, &waiting).await, "waiting");
    ledger::check(&desk).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_persons_entry_is_exported_and_erased() {
    let desk = Desk::start().await;
    let visit = full(&desk).await;
    let waiting = waiting(&desk, 1).await;
    cancel(&desk, &visit).await;
    desk.all_mails_sent().await;
    let environment = desk.environment().await.into_iter().collect();
    let records = frontdesk::records::Records::open(&environment, "test")
        .await
        .unwrap();
    let email = shared::values::EmailAddress::parse("p1@example.com").unwrap();
    let who = shared::records::Identity::Email(email);
    let now = now(&desk).await;

    let exported = records.export_person(&who, now).await.unwrap();
    assert_eq!(
        exported["waitlist"][0]["reference"],
        waiting.reference.as_str()
    );
    assert_eq!(exported["bookings"][0]["status"], "offered");
    let shown = records.look_up(&who, now).await.unwrap().describe();
    assert!(
        shown.contains("an entry in the waiting list for 2026-12-01 to 2026-12-01"),
        "{shown}"
    );
    records.erase(&who, now).await.unwrap();

    let left = desk.everything().await;
    assert!(
        !left.contains("p1@example.com") && !left.contains("Person 1"),
        "{left}"
    );
    let left = desk.items_of("BookingTable", "").await;
    assert!(
        left.iter()
            .all(|item| !text(item, "sk").starts_with("waitlist"))
    );
    ledger::check(&desk).await;
}
