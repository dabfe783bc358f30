//! Practitioners' time off: nobody books into it, nothing that was booked is lost, and patients hear of it.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use booking::{Asked, NewTimeOff, TimeOffState};
use frontdesk_tests::{
    Desk,
    booked::{Booked, assessment, of_person},
    booking, ledger,
    office::{add, now, office, time_off},
    seeds, text, with,
};
use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use serde_json::{Value, json};

const DAY: &str = "2026-12-01";

fn at(time: &str) -> String {
    format!("{DAY}T{time}:00-05:00")
}

/// The morning of the first chiropodist.
fn morning() -> NewTimeOff {
    time_off("chiropodist-1", &at("09:00"), &at("12:00"))
}

fn telling(new: NewTimeOff) -> NewTimeOff {
    NewTimeOff {
        tell_patients: true,
        ..new
    }
}

/// The free starts of foot care with the first chiropodist, as `HH:MM`.
async fn free(desk: &Desk, date: &str) -> Vec<String> {
    let path =
        format!("/availability?service=foot-care&practitioner=chiropodist-1&from={date}&to={date}");
    let answer = desk.get(&path).await.json();
    let starts = answer["days"][date].as_array().unwrap().iter();
    let face = |free: &Value| free["start"].as_str().unwrap()[11..16].to_owned();
    starts.map(face).collect()
}

/// What is due is done: the sweep runs.
async fn sweep(desk: &Desk) {
    desk.clock(json!({ "advance": "PT1M" })).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn time_off_is_respected_at_once_and_given_back_at_once() {
    let desk = Desk::start().await;
    let before = free(&desk, DAY).await;

    let (off, in_the_way) = add(&desk, morning()).await;

    assert!(in_the_way.is_empty() && off.state == TimeOffState::Complete);
    let starts = free(&desk, DAY).await;
    assert_eq!(starts[0], "12:00", "{starts:?}");
    let refused = desk.post("/bookings", &booking()).await;
    assert_eq!(
        (refused.status.as_u16(), refused.problem()),
        (409, "slot_taken".to_owned())
    );
    assert_eq!(refused.json()["alternatives"].as_array().unwrap().len(), 5);
    // The visit ends when the time off begins or begins when it is over; its buffer may reach into it.
    let (second, _) = add(&desk, time_off("chiropodist-1", &at("15:30"), &at("16:00"))).await;
    for time in ["12:00", "15:00", "16:00"] {
        let n = time[..2].parse().unwrap();
        Booked::of(
            &desk,
            &of_person(with(booking(), "start", json!(at(time))), n),
        )
        .await;
    }
    for time in ["11:45", "15:15", "15:45"] {
        let refused = desk
            .post("/bookings", &with(booking(), "start", json!(at(time))))
            .await;
        assert_eq!(refused.status, 409, "{time}");
    }
    ledger::check(&desk).await;

    let office = office(&desk).await;
    for off in [&off, &second] {
        office
            .remove_time_off(&off.id, now(&desk).await)
            .await
            .unwrap();
    }
    Booked::of(&desk, &booking()).await;
    assert!(
        before.contains(&"10:00".to_owned())
            && !free(&desk, DAY).await.contains(&"10:00".to_owned())
    );
    sweep(&desk).await;
    assert!(office.time_off(now(&desk).await).await.unwrap().is_empty());
    let days = desk.items_of("BookingTable", "practitioner#").await;
    assert!(days.iter().all(|day| !day.contains_key("off")), "{days:?}");
    ledger::check(&desk).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_visits_in_its_way_keep_their_time_and_their_patients_are_asked_once() {
    let desk = Desk::start().await;
    let visit = Booked::of(&desk, &of_person(booking(), 1)).await;
    let ten = with(assessment(), "start", json!(at("11:00")));
    let request = Booked::of(&desk, &of_person(ten, 2)).await;
    let by_phone = with(of_person(booking(), 3), "start", json!(at("09:00")));
    let by_phone = Booked::of(&desk, &with(by_phone, "patient.email", json!(""))).await;
    let later = Booked::of(
        &desk,
        &of_person(with(booking(), "start", json!(at("14:00"))), 4),
    )
    .await;

    let (_, in_the_way) = add(&desk, morning()).await;

    let found = in_the_way
        .iter()
        .map(|one| (one.reference.to_string(), one.has_email, one.asked));
    assert_eq!(
        found.collect::<Vec<_>>(),
        [
            (by_phone.reference.clone(), false, Asked::No),
            (visit.reference.clone(), true, Asked::No),
            (request.reference.clone(), true, Asked::No),
        ]
    );
    sweep(&desk).await;
    assert_eq!(
        visit.view(&desk).await["must_move"],
        Value::Null,
        "nobody was to be asked"
    );

    // The same again, and now they are asked.
    let (_, in_the_way) = add(&desk, telling(morning())).await;
    assert!(
        in_the_way
            .iter()
            .all(|one| (one.asked == Asked::Now) == one.has_email)
    );
    sweep(&desk).await;
    sweep(&desk).await;
    desk.mails_of(&["booking_must_move"], 2).await;
    for (booked, status) in [(&visit, "confirmed"), (&request, "requested")] {
        let view = booked.view(&desk).await;
        assert_eq!(
            (&view["status"], &view["must_move"]),
            (&json!(status), &json!(true))
        );
        assert_eq!(view["can"], json!(["cancel", "reschedule"]));
        let mail = desk.mail(&booked.reference, "booking_must_move").await;
        assert!(mail["html"].as_str().unwrap().contains(&booked.patient));
    }
    assert_eq!(later.view(&desk).await["revision"], 0);
    // Nobody is reminded of a time that they cannot have.
    let reminders = desk.stored_mails().await;
    let waiting = reminders.iter().filter(|mail| {
        mail.contains_key("queue") && text(mail, "id").starts_with(&visit.reference)
    });
    assert_eq!(waiting.count(), 0);
    ledger::check(&desk).await;

    // They move, also on the day before, and everything is as it should be.
    desk.set_now("2026-11-30T20:00:00-05:00".parse().unwrap())
        .await;
    let moved = visit.reschedule(&desk, &at("14:45")).await;
    assert_eq!(moved.status, 200, "{moved:?}");
    assert_eq!(moved.json()["must_move"], Value::Null);
    ledger::check(&desk).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patient_who_has_to_move_may_see_somebody_else_at_the_same_time() {
    let desk = Desk::start().await;
    let visit = Booked::of(&desk, &of_person(booking(), 1)).await;
    let ten = visit.view(&desk).await["start"]
        .as_str()
        .unwrap()
        .to_owned();
    add(&desk, telling(morning())).await;
    sweep(&desk).await;

    let page = desk.page(&visit.address("reschedule")).await.text;
    let moved = visit.reschedule(&desk, &ten).await;
    let again = visit.reschedule(&desk, &ten).await;

    assert!(page.contains(&format!("value=\"{ten}\"")), "{page}");
    assert_eq!(moved.status, 200, "{moved:?}");
    assert_eq!(moved.json()["practitioner"], "chiropodist-2");
    assert_eq!(moved.json()["must_move"], Value::Null);
    assert_eq!(again.json()["revision"], moved.json()["revision"]);
    ledger::check(&desk).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_time_off_that_is_taken_back_tells_those_who_were_asked_that_their_time_stands() {
    let desk = Desk::start().await;
    let visit = Booked::of(&desk, &of_person(booking(), 1)).await;
    let request = with(assessment(), "start", json!(at("11:00")));
    let request = Booked::of(&desk, &of_person(request, 2)).await;
    let (off, _) = add(&desk, telling(morning())).await;
    let (overlapping, _) = add(&desk, time_off("chiropodist-1", &at("10:45"), &at("11:15"))).await;
    sweep(&desk).await;
    desk.mails_of(&["booking_must_move"], 2).await;

    let office = office(&desk).await;
    office
        .remove_time_off(&off.id, now(&desk).await)
        .await
        .unwrap();
    sweep(&desk).await;

    let view = visit.view(&desk).await;
    assert_eq!(
        (&view["must_move"], &view["revision"]),
        (&Value::Null, &json!(2))
    );
    desk.mails_of(&["booking_confirmed"], 2).await;
    // The other time off is still in the way of the request.
    assert_eq!(request.view(&desk).await["must_move"], json!(true));
    office
        .remove_time_off(&overlapping.id, now(&desk).await)
        .await
        .unwrap();
    sweep(&desk).await;
    assert_eq!(request.view(&desk).await["must_move"], Value::Null);
    desk.mails_of(&["booking_requested"], 2).await;
    ledger::check(&desk).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_in_its_way_can_still_be_answered() {
    let desk = Desk::start().await;
    let request = Booked::of(&desk, &assessment()).await;
    add(&desk, telling(morning())).await;
    sweep(&desk).await;
    desk.mail(&request.reference, "booking_must_move").await;

    let answer = request.decide(&desk, "confirm").await;

    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(
        (&answer.json()["status"], &answer.json()["must_move"]),
        (&json!("confirmed"), &Value::Null)
    );
    desk.mail(&request.reference, "booking_confirmed").await;
    ledger::check(&desk).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_breaks_off_is_taken_up_by_the_same_command_and_by_the_sweep() {
    tokio::join!(break_off(By::Command), break_off(By::Sweep));
}

#[derive(Clone, Copy, PartialEq)]
enum By {
    Command,
    Sweep,
}

/// How many of the first chiropodist's days have time off.
async fn days_off(desk: &Desk) -> usize {
    let whose = "practitioner#chiropodist-1";
    let days = desk.items_of("BookingTable", whose).await;
    days.iter().filter(|day| day.contains_key("off")).count()
}

/// Adds and removes a time off of twenty days, breaks off each time, and has it finished.
async fn break_off(by: By) {
    let desk = Desk::start().await;
    let office = office(&desk).await;
    let long = || time_off("chiropodist-1", &at("09:00"), "2026-12-20T17:00:00-05:00");
    let down = json!({ "dynamodb": "down", "operation": "TransactWriteItems", "table": "BookingTable", "after": 8 });
    let works = json!({ "dynamodb": "ok" });

    desk.faults(down.clone()).await;
    let broken = office.add_time_off(long(), now(&desk).await).await;
    desk.faults(works.clone()).await;
    assert!(broken.is_err(), "{broken:?}");
    let listed = office.time_off(now(&desk).await).await.unwrap();
    assert_eq!(
        (listed.len(), listed[0].state),
        (1, TimeOffState::Unfinished)
    );
    match by {
        By::Command => drop(add(&desk, long()).await),
        By::Sweep => desk.clock(json!({ "advance": "PT5M" })).await,
    }
    let listed = office.time_off(now(&desk).await).await.unwrap();
    assert_eq!((listed.len(), listed[0].state), (1, TimeOffState::Complete));
    assert_eq!(days_off(&desk).await, 20);

    // The same for taking it back.
    desk.faults(down).await;
    let id = &listed[0].id;
    let broken = office.remove_time_off(id, now(&desk).await).await;
    desk.faults(works).await;
    assert!(broken.is_err(), "{broken:?}");
    match by {
        By::Command => drop(office.remove_time_off(id, now(&desk).await).await.unwrap()),
        By::Sweep => desk.clock(json!({ "advance": "PT5M" })).await,
    }
    assert_eq!(days_off(&desk).await, 0);
}

/// 400 days, with both changes of clocks of Toronto in them, while 32 people book on the days around.
#[tokio::test(flavor = "multi_thread")]
async fn of_32_who_book_meanwhile_none_gets_into_a_time_off_of_400_days_and_none_is_lost() {
    for seed in 1..=seeds(1) {
        let desk =
            Desk::with_clinic(|toml| toml.replace("horizon_days = 90", "horizon_days = 366")).await;
        let to: Timestamp = "2028-01-05T00:00:00-05:00".parse().unwrap();
        let from = to - SignedDuration::from_hours(24 * 400);
        let office = office(&desk).await;
        let long = || NewTimeOff {
            from,
            to,
            ..telling(morning())
        };
        let is_over = AtomicBool::new(false);

        let change = async {
            let mut got_in = 0;
            for _ in 0..seeds(1).min(2) {
                let added = office.add_time_off(long(), now(&desk).await).await.unwrap();
                // From now on nobody gets in. Everybody tries for a while.
                for live in live_between(&desk, from, to).await {
                    let mut named = added.visits.iter().map(|visit| visit.reference.to_string());
                    assert!(
                        named.any(|named| named == live),
                        "seed {seed}: {live} is not named"
                    );
                }
                let before = stored(&desk).await;
                tokio::time::sleep(Duration::from_millis(400)).await;
                let after = stored(&desk).await;
                for new in after.iter().filter(|new| !before.contains(new)) {
                    assert!(new.1 >= to || new.2 <= from, "seed {seed}: {new:?} got in");
                }
                let removed = office
                    .remove_time_off(&added.time_off.id, now(&desk).await)
                    .await;
                removed.unwrap();
                // Now everybody can.
                tokio::time::sleep(Duration::from_millis(400)).await;
                got_in += stored(&desk).await.len() - after.len();
            }
            is_over.store(true, Ordering::SeqCst);
            assert!(got_in > 5, "seed {seed}: {got_in} booked between");
        };
        let clients = (0..32_u64).map(|client| book_and_cancel(&desk, seed, client, &is_over));
        let ((), told) = tokio::join!(change, join_all(clients));

        let told: Vec<String> = told.into_iter().flatten().collect();
        let stored = stored(&desk).await;
        assert!(told.len() > 5, "seed {seed}: {}", told.len());
        for reference in &told {
            assert!(
                stored.iter().any(|one| one.0 == *reference),
                "seed {seed}: {reference} is lost"
            );
        }
        assert_eq!(stored.len(), told.len(), "seed {seed}");
        ledger::check(&desk).await;
        sweep(&desk).await;
        ledger::check(&desk).await;
        let days = desk.items_of("BookingTable", "practitioner#").await;
        assert!(days.iter().all(|day| !day.contains_key("off")));
    }
}

/// Books one start after the other until it is over, and cancels two of three again, so that there is always time to book.
/// Returns the references of all bookings.
async fn book_and_cancel(desk: &Desk, seed: u64, client: u64, is_over: &AtomicBool) -> Vec<String> {
    let mut told = Vec::new();
    for n in 1.. {
        if is_over.load(Ordering::SeqCst) {
            break;
        }
        // People take their time: else there would be none for the office.
        tokio::time::sleep(Duration::from_millis(50)).await;
        let dice = (seed * 7 + client * 4_001 + n).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 33;
        let request = desk
            .request(Method::POST, "/bookings")
            .header(
                "x-forwarded-for",
                format!("10.{client}.{}.{}", n / 200, n % 200),
            )
            .json(&wish(client * 1_000 + n, dice));
        let answer = desk.settled(request).await;
        if answer.status != 201 {
            assert_eq!(answer.problem(), "slot_taken", "{answer:?}");
            continue;
        }
        let receipt = answer.json();
        told.push(receipt["reference"].as_str().unwrap().to_owned());
        if n % 3 > 0 {
            let url = receipt["manage_url"].as_str().unwrap();
            let (path, token) = url
                .strip_prefix(&desk.url)
                .unwrap()
                .split_once("?token=")
                .unwrap();
            let request = desk.request(Method::POST, &format!("{path}/cancel"));
            let cancelled = desk.settled(request.json(&json!({ "token": token }))).await;
            assert_eq!(cancelled.status, 200, "{cancelled:?}");
        }
    }
    told
}

/// Reference, start and end of each booking.
async fn stored(desk: &Desk) -> Vec<(String, Timestamp, Timestamp)> {
    let items = desk.items_of("BookingTable", "booking#").await;
    let moment = |item: &frontdesk_tests::Item, name| text(item, name).parse().unwrap();
    items
        .iter()
        .map(|item| {
            let reference = text(item, "reference").to_owned();
            (reference, moment(item, "start"), moment(item, "end"))
        })
        .collect()
}

/// The references of the live visits that meet a range.
async fn live_between(desk: &Desk, from: Timestamp, to: Timestamp) -> Vec<String> {
    let items = desk.items_of("BookingTable", "booking#").await;
    let is_live = |item: &&frontdesk_tests::Item| {
        let at = |name| text(item, name).parse::<Timestamp>().unwrap();
        ["requested", "confirmed"].contains(&text(item, "status"))
            && at("start") < to
            && at("end") > from
    };
    let met = items.iter().filter(is_live);
    met.map(|item| text(item, "reference").to_owned()).collect()
}

/// A start at ten to three with the first chiropodist, on one of the weekdays of two weeks in December, or around a change
/// of clocks.
fn wish(person: u64, dice: u64) -> Value {
    let days = [
        "2026-12-01",
        "2026-12-02",
        "2026-12-03",
        "2026-12-07",
        "2026-12-08",
        "2026-12-09",
        "2027-03-11",
        "2027-03-15",
        "2027-03-16",
        "2027-11-04",
        "2027-11-08",
    ];
    let count = u64::try_from(days.len()).unwrap();
    let day = days[usize::try_from(dice % count).unwrap()];
    let hour = 13 + dice / count % 5;
    let zone = if day > "2027-03-14" && day < "2027-11-07" {
        "-04:00"
    } else {
        "-05:00"
    };
    let start = if hour == 17 {
        format!("{day}T10:00:00{zone}")
    } else {
        format!("{day}T{hour}:15:00{zone}")
    };
    let body = of_person(
        with(booking(), "start", json!(start)),
        usize::try_from(person).unwrap(),
    );
    with(
        body,
        "patient.phone",
        json!(format!(
            "416-{:03}-{:04}",
            200 + person / 10_000,
            person % 10_000
        )),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_time_off_over_a_change_of_clocks_is_off_for_all_of_its_hours() {
    let desk = Desk::with_clinic(|toml| {
        let open = "tuesday = [\"09:00-17:00\"]";
        toml.replacen(open, &format!("{open}\nsunday = [\"00:00-06:00\"]"), 1)
            .replace("horizon_days = 90", "horizon_days = 366")
    })
    .await;
    for (date, from, to, before, after) in [
        // The hour from two to three is skipped.
        (
            "2027-03-14",
            "01:30:00-05:00",
            "03:30:00-04:00",
            "01:00",
            "03:30",
        ),
        // The hour from one to two comes twice; the time off ends within the second.
        (
            "2027-11-07",
            "00:30:00-04:00",
            "01:30:00-05:00",
            "00:00",
            "01:30",
        ),
    ] {
        add(
            &desk,
            time_off(
                "chiropodist-1",
                &format!("{date}T{from}"),
                &format!("{date}T{to}"),
            ),
        )
        .await;
        let starts = free(&desk, date).await;
        let position = starts.iter().position(|start| start == before).unwrap();
        assert_eq!(starts[position + 1], after, "{date}: {starts:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_a_time_off_is_refused() {
    let desk = Desk::start().await;
    let office = office(&desk).await;
    let now = now(&desk).await;

    for wrong in [
        time_off("nobody", &at("09:00"), &at("12:00")),
        time_off("chiropodist-1", &at("12:00"), &at("12:00")),
        time_off(
            "chiropodist-1",
            "2026-11-01T09:00:00-04:00",
            "2026-11-02T09:00:00-05:00",
        ),
        time_off("chiropodist-1", &at("12:00"), "2226-12-01T09:00:00-05:00"),
    ] {
        assert!(office.add_time_off(wrong, now).await.is_err());
    }
    assert!(desk.items_of("BookingTable", "time-off").await.is_empty());
}
