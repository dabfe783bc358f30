//! What the waiting list promises to those whom it offers a time, also when two people press buttons at the same moment.

use std::time::Duration;

use frontdesk_tests::{
    Desk,
    booked::{self, Booked},
    booking, ledger,
    office::{add, now, office, time_off},
    waiting::{Waiting, entry, of_person},
    with,
};
use futures_util::future::join_all;
use serde_json::{Value, json};
use shared::reference::Reference;

fn at(time: &str) -> String {
    format!("2026-12-01T{time}:00-05:00")
}

/// Leaves the first chiropodist's Tuesday free between these times only. Returns the time off to take back.
async fn closed_but_for(desk: &Desk, from: &str, to: &str) -> Reference {
    for (from, to) in [("09:00", from), (to, "17:00")] {
        add(desk, time_off("chiropodist-1", &at(from), &at(to))).await;
    }
    let rest = time_off("chiropodist-1", &at(from), &at(to));
    add(desk, rest).await.0.id
}

/// Takes the time off back, so that those in line are offered the time.
async fn open(desk: &Desk, time_off: &Reference) {
    let office = office(desk).await;
    let removed = office.remove_time_off(time_off, now(desk).await).await;
    removed.unwrap();
    desk.clock(json!({ "advance": "PT1S" })).await;
}

async fn joined(desk: &Desk, n: usize) -> Waiting {
    Waiting::of(desk, &of_person(entry(), n)).await
}

async fn status(desk: &Desk, waiting: &Waiting) -> Value {
    waiting.view(desk).await["status"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_offer_is_taken_into_a_time_off() {
    let desk = Desk::start().await;
    let rest = closed_but_for(&desk, "14:00", "14:30").await;
    let waiting = joined(&desk, 1).await;
    open(&desk, &rest).await;
    let offer = waiting.offer(&desk).await.unwrap();
    let off = time_off("chiropodist-1", &at("13:00"), &at("16:00"));
    let (_, in_the_way) = add(&desk, off).await;
    assert!(in_the_way.is_empty(), "{in_the_way:?}");

    // Before the sweep has taken it back.
    let taken = offer.press(&desk, "accept", json!({})).await;

    assert_eq!(taken.problem(), "slot_taken", "{taken:?}");
    assert_eq!(offer.view(&desk).await["status"], "expired");
    assert_eq!(status(&desk, &waiting).await, "waiting");
    ledger::check(&desk).await;
}

/// Whichever is first: the visit is in the list of those in the way, or nobody has it.
#[tokio::test(flavor = "multi_thread")]
async fn an_offer_that_is_taken_while_time_off_is_added_is_refused_or_named() {
    let (mut taken, mut refused) = (0, 0);
    for round in 0..6_u64 {
        let desk = Desk::start().await;
        let rest = closed_but_for(&desk, "14:00", "14:30").await;
        let waiting = joined(&desk, 1).await;
        open(&desk, &rest).await;
        let offer = waiting.offer(&desk).await.unwrap();
        let off = time_off("chiropodist-1", &at("13:00"), &at("16:00"));
        let office = office(&desk).await;
        let now = now(&desk).await;

        let press = async {
            tokio::time::sleep(Duration::from_millis(10 * round)).await;
            offer.press(&desk, "accept", json!({})).await
        };
        let add = async {
            tokio::time::sleep(Duration::from_millis(10 * (5 - round))).await;
            office.add_time_off(off, now).await
        };
        let (pressed, added) = tokio::join!(press, add);

        let in_the_way = added.unwrap().visits;
        if pressed.status == 200 {
            taken += 1;
            assert_eq!(in_the_way.len(), 1, "round {round}: nobody hears of it");
            assert!(in_the_way[0].is_confirmed);
        } else {
            refused += 1;
            assert_eq!(pressed.problem(), "slot_taken", "{pressed:?}");
            desk.clock(json!({ "advance": "PT1S" })).await;
            assert_eq!(offer.view(&desk).await["status"], "expired");
        }
        ledger::check(&desk).await;
    }
    println!("taken {taken}, refused {refused}");
    assert!(taken > 0 && refused > 0, "taken {taken}, refused {refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_lets_a_time_pass_is_not_asked_about_a_part_of_it() {
    let desk = Desk::start().await;
    let rest = closed_but_for(&desk, "14:00", "15:00").await;
    let mut line = Vec::new();
    for n in 1..=2 {
        let body = with(
            of_person(entry(), n),
            "service",
            json!("initial-assessment"),
        );
        line.push(Waiting::of(&desk, &body).await);
    }
    open(&desk, &rest).await;
    assert_eq!(status(&desk, &line[0]).await, "offered");
    assert_eq!(status(&desk, &line[1]).await, "waiting");

    desk.set_now("2026-11-30T13:01:00-05:00".parse().unwrap())
        .await;

    // 45 minutes fit at two and at a quarter past: the first in line has let both pass.
    assert_eq!(status(&desk, &line[0]).await, "waiting");
    assert_eq!(status(&desk, &line[1]).await, "offered");
    ledger::check(&desk).await;
}

/// An offer is a mail that strangers can cause in somebody's name.
#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_mailed_twelve_times_a_day_at_most_and_asked_again_the_next_day() {
    let desk = Desk::start().await;
    let rest = closed_but_for(&desk, "09:30", "16:30").await;
    let mut entries = Vec::new();
    for practitioner in [json!("chiropodist-1"), json!(null), json!("chiropodist-1")] {
        let last = if entries.len() == 2 {
            "2026-12-02"
        } else {
            "2026-12-01"
        };
        let body = with(of_person(entry(), 1), "to", json!(last));
        entries.push(with(body, "practitioner", practitioner));
    }
    for (practitioner, day) in [
        ("chiropodist-2", "01"),
        ("chiropodist-3", "01"),
        ("chiropodist-1", "02"),
    ] {
        let at = |time: &str| format!("2026-12-{day}T{time}:00-05:00");
        add(&desk, time_off(practitioner, &at("00:00"), &at("23:00"))).await;
    }
    let mut line = Vec::new();
    for body in &entries {
        line.push(Waiting::of(&desk, body).await);
    }
    open(&desk, &rest).await;

    let mut offers = 0;
    loop {
        let mut found = None;
        for waiting in &line {
            found = found.or(waiting.offer(&desk).await);
        }
        let Some(offer) = found else { break };
        offers += 1;
        let answer = offer.press(&desk, "cancel", json!({})).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        desk.clock(json!({ "advance": "PT11S" })).await;
    }
    assert_eq!(offers, 9, "with the three mails of joining");

    desk.set_now("2026-12-01T00:01:00-05:00".parse().unwrap())
        .await;

    let mut offered = 0;
    for waiting in &line {
        offered += usize::from(status(&desk, waiting).await == "offered");
    }
    assert_eq!(offered, 1, "asked again the next day");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_takes_none_of_four_times_is_not_asked_any_more() {
    let desk = Desk::start().await;
    let rest = closed_but_for(&desk, "09:30", "16:30").await;
    let waiting = joined(&desk, 1).await;
    open(&desk, &rest).await;

    let mut offers = 0;
    while let Some(offer) = waiting.offer(&desk).await {
        offers += 1;
        let answer = offer.press(&desk, "cancel", json!({})).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        desk.clock(json!({ "advance": "PT11S" })).await;
    }

    assert_eq!(offers, 4);
    assert_eq!(status(&desk, &waiting).await, "over");
    let page = desk.page(&waiting.address()).await.text;
    assert!(page.contains("You did not take any"), "{page}");
    ledger::check(&desk).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_became_free_while_a_time_was_held_is_offered_once_that_is_declined() {
    let desk = Desk::start().await;
    let tuesday = closed_but_for(&desk, "14:00", "14:30").await;
    let other = |from: &str, to: &str| {
        let at = |time: &str| format!("2026-12-03T{time}:00-05:00");
        time_off("chiropodist-1", &at(from), &at(to))
    };
    add(&desk, other("09:00", "10:00")).await;
    add(&desk, other("10:30", "17:00")).await;
    let thursday = add(&desk, other("10:00", "10:30")).await.0.id;
    let wednesday = time_off(
        "chiropodist-1",
        "2026-12-02T09:00:00-05:00",
        "2026-12-02T17:00:00-05:00",
    );
    add(&desk, wednesday).await;
    let body = with(of_person(entry(), 1), "to", json!("2026-12-03"));
    let waiting = Waiting::of(&desk, &body).await;
    open(&desk, &tuesday).await;
    let offer = waiting.offer(&desk).await.unwrap();
    assert!(
        offer.view(&desk).await["start"]
            .as_str()
            .unwrap()
            .starts_with("2026-12-01")
    );
    open(&desk, &thursday).await;
    desk.clock(json!({ "advance": "PT5M" })).await;

    let declined = offer.press(&desk, "cancel", json!({})).await;
    desk.clock(json!({ "advance": "PT11S" })).await;

    assert_eq!(declined.status, 200, "{declined:?}");
    let next = waiting.offer(&desk).await.expect("Thursday is free");
    assert_eq!(next.view(&desk).await["start"], "2026-12-03T10:00:00-05:00");
    ledger::check(&desk).await;
}

/// Two visits are cancelled at the same moment, and somebody waits for both of their days.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_holds_two_offers() {
    for round in 0..8 {
        let desk = Desk::start().await;
        let mut line = Vec::new();
        let mut visits = Vec::new();
        for (n, day) in ["01", "02"].into_iter().enumerate() {
            let at = |time: &str| format!("2026-12-{day}T{time}:00-05:00");
            let visit = with(booked::of_person(booking(), n), "start", json!(at("14:00")));
            visits.push(Booked::of(&desk, &visit).await);
            for (from, to) in [("09:00", "14:00"), ("14:30", "17:00")] {
                add(&desk, time_off("chiropodist-1", &at(from), &at(to))).await;
            }
            let date = json!(format!("2026-12-{day}"));
            let body = with(of_person(entry(), 7), "from", date.clone());
            // Two addresses of one mailbox are one person.
            let email = json!(format!("ada+{n}@example.com"));
            let body = with(with(body, "to", date), "patient.email", email);
            line.push(Waiting::of(&desk, &body).await);
        }

        let cancelled = visits
            .iter()
            .map(|visit| visit.press(&desk, "cancel", json!({})));
        for answer in join_all(cancelled).await {
            assert_eq!(answer.status, 200, "{answer:?}");
        }

        let mut offers = Vec::new();
        for waiting in &line {
            offers.extend(waiting.offer(&desk).await);
        }
        assert_eq!(offers.len(), 1, "round {round}");
        desk.mails_of(&["waitlist_offer"], 1).await;
        ledger::check(&desk).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offer_that_was_declined_before_its_mail_was_sent_is_not_mailed() {
    let desk = Desk::start().await;
    let rest = closed_but_for(&desk, "14:00", "14:30").await;
    let waiting = joined(&desk, 1).await;
    desk.all_mails_sent().await;
    desk.faults(json!({ "ses": "down" })).await;
    open(&desk, &rest).await;
    let offer = waiting.offer(&desk).await.unwrap();

    let declined = offer.press(&desk, "cancel", json!({})).await;
    desk.faults(json!({ "ses": "ok" })).await;
    desk.clock(json!({ "advance": "PT20M" })).await;

    assert_eq!(declined.status, 200, "{declined:?}");
    let mails = desk.all_mails_sent().await;
    let offers = mails.iter().filter(|mail| mail["kind"] == "waitlist_offer");
    assert_eq!(offers.count(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_waits_in_vain_reads_that_their_days_are_over() {
    let desk = Desk::start().await;
    let rest = closed_but_for(&desk, "14:00", "14:30").await;
    let waiting = joined(&desk, 1).await;
    desk.set_now("2026-12-02T09:00:00-05:00".parse().unwrap())
        .await;
    let words = "The days that you asked for have passed";
    assert!(desk.page(&waiting.address()).await.text.contains(words));

    // The sweep takes them out of the line.
    open(&desk, &rest).await;
    desk.clock(json!({ "advance": "PT5M" })).await;

    let page = desk.page(&waiting.address()).await.text;
    assert!(page.contains(words), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_that_joins_cannot_take_a_time_without_reading_the_mail() {
    let desk = Desk::start().await;
    let rest = closed_but_for(&desk, "14:00", "14:30").await;
    let body = with(of_person(entry(), 1), "_gotcha", json!("a machine"));
    let waiting = Waiting::of(&desk, &body).await;
    open(&desk, &rest).await;

    let view = waiting.view(&desk).await;
    let page = desk.page(&waiting.address()).await.text;

    assert_eq!(view["status"], "offered");
    assert_eq!(view["offer_url"], Value::Null, "{view}");
    assert!(page.contains("We have emailed you a link"), "{page}");
    assert!(!page.contains("/bookings/B-"), "{page}");
    desk.mails_of(&["waitlist_offer"], 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_left_can_join_again_at_once() {
    let desk = Desk::start().await;
    closed_but_for(&desk, "14:00", "14:30").await;
    let first = joined(&desk, 1).await;
    assert_eq!(first.leave(&desk).await.json()["status"], "left");

    let second = joined(&desk, 1).await;

    assert_ne!(second.reference, first.reference);
    assert_eq!(status(&desk, &second).await, "waiting");
    assert_eq!(status(&desk, &first).await, "left");
}

/// Either they have the visit, or they have left: both know which.
#[tokio::test(flavor = "multi_thread")]
async fn leaving_never_cancels_what_was_just_taken() {
    let (mut booked, mut left) = (0, 0);
    for round in 0..8_u64 {
        let desk = Desk::start().await;
        let rest = closed_but_for(&desk, "14:00", "14:30").await;
        let waiting = joined(&desk, 1).await;
        open(&desk, &rest).await;
        let offer = waiting.offer(&desk).await.unwrap();

        // Now the one and now the other is first, by a little.
        let wait = async |of: u64| {
            let micros = if round % 2 == of { round * 400 } else { 0 };
            tokio::time::sleep(std::time::Duration::from_micros(micros)).await;
        };
        let accept = async {
            wait(0).await;
            offer.press(&desk, "accept", json!({})).await
        };
        let leave = async {
            wait(1).await;
            waiting.leave(&desk).await
        };
        let (taken, leaving) = tokio::join!(accept, leave);

        let visit = offer.view(&desk).await["status"].clone();
        let entry = status(&desk, &waiting).await;
        if taken.status == 200 {
            booked += 1;
            assert_eq!((visit, entry), (json!("confirmed"), json!("booked")));
            assert_eq!(leaving.json()["status"], "booked", "{leaving:?}");
        } else {
            left += 1;
            assert_eq!((visit, entry), (json!("cancelled"), json!("left")));
        }
        ledger::check(&desk).await;
    }
    assert!(booked > 0 && left > 0, "{booked} booked, {left} left");
}

#[tokio::test(flavor = "multi_thread")]
async fn leaving_that_failed_is_finished_by_leaving_again() {
    let desk = Desk::start().await;
    let rest = closed_but_for(&desk, "14:00", "14:30").await;
    let waiting = joined(&desk, 1).await;
    open(&desk, &rest).await;
    let offer = waiting.offer(&desk).await.unwrap();

    desk.faults(json!({ "dynamodb": "down", "operation": "TransactWriteItems" }))
        .await;
    let leave = format!("/waitlist/{}/leave", waiting.reference);
    let failed = desk.post(&leave, &json!({ "token": waiting.token })).await;
    assert_eq!(failed.status, 503);
    desk.faults(json!({ "dynamodb": "ok" })).await;
    assert_eq!(status(&desk, &waiting).await, "offered");

    assert_eq!(waiting.leave(&desk).await.json()["status"], "left");
    assert_eq!(offer.view(&desk).await["status"], "cancelled");
    ledger::check(&desk).await;
}

/// A request and the sweep may ask the waiting list about the same time.
#[tokio::test(flavor = "multi_thread")]
async fn the_sweep_and_a_request_do_not_trip_over_each_other() {
    let desk = Desk::start().await;
    for (from, to) in [("09:00", "10:00"), ("12:00", "14:00")] {
        add(&desk, time_off("chiropodist-1", &at(from), &at(to))).await;
    }
    let mut visits = Vec::new();
    for hour in [10, 11, 14, 15, 16] {
        let time = |minute: u8| at(&format!("{hour}:{minute:02}"));
        let body = with(
            booked::of_person(booking(), 900 + hour),
            "start",
            json!(time(0)),
        );
        visits.push(Booked::of(&desk, &body).await);
        let end = at(&format!("{}:00", hour + 1));
        add(&desk, time_off("chiropodist-1", &time(30), &end)).await;
    }
    let mut line = Vec::new();
    for n in 1..=5 {
        line.push(joined(&desk, n).await);
    }

    let cancelled = visits
        .iter()
        .map(|visit| visit.press(&desk, "cancel", json!({})));
    let swept = (0..60_u64).map(async |n| {
        tokio::time::sleep(std::time::Duration::from_millis(n * 5)).await;
        let second = json!({ "advance": "PT1S" });
        desk.post("/_local/clock", &second).await
    });
    let (cancelled, swept) = tokio::join!(join_all(cancelled), join_all(swept));

    for answer in cancelled.iter().chain(&swept) {
        assert_eq!(answer.status, 200, "{answer:?}");
    }
    for waiting in &line {
        assert_eq!(status(&desk, waiting).await, "offered");
    }
    ledger::check(&desk).await;
}
