//! Rooms: a service that needs one holds it with the practitioner's time, and no two visits share it.

use std::collections::BTreeMap;

use frontdesk_tests::{
    Desk,
    booked::{Booked, of_person},
    booking, client,
    counter::counted,
    ledger, seeds, text, with,
};
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

/// A Wednesday, on which all three are there.
const DAY: &str = "2026-12-02";
/// Who offers what; foot care takes 40 minutes with its buffer, an assessment 55.
const WHO: [(&str, &[&str]); 2] = [
    (
        "foot-care",
        &["chiropodist-1", "chiropodist-2", "chiropodist-3"],
    ),
    ("initial-assessment", &["chiropodist-1", "chiropodist-2"]),
];

/// The services of [`WHO`] need one of these rooms.
async fn with_rooms(rooms: &[&str]) -> Desk {
    let rooms: Vec<String> = rooms.iter().map(|id| (*id).to_owned()).collect();
    Desk::with_clinic(|mut toml| {
        let confirmed = ["\"instant\"", "\"request\""];
        for ((_, who), confirmation) in WHO.iter().zip(confirmed) {
            let line = format!("confirmation = {confirmation}\npractitioners = {who:?}\n");
            assert!(toml.contains(&line), "{line}");
            toml = toml.replacen(&line, &format!("{line}rooms = {rooms:?}\n"), 1);
        }
        let known = rooms.iter().filter(|id| *id != "casting-room");
        let tables = known.map(|id| format!("[[rooms]]\nid = \"{id}\"\nname = \"{id}\"\n\n"));
        let tables: String = tables.collect();
        toml.replace("[calendar]", &format!("{tables}[calendar]"))
    })
    .await
}

fn at(time: &str) -> String {
    format!("{DAY}T{time}:00-05:00")
}

fn wish(service: &str, practitioner: &str, time: &str) -> Value {
    let wish = with(booking(), "service", json!(service));
    let wish = with(wish, "practitioner", json!(practitioner));
    with(wish, "start", json!(at(time)))
}

/// How many cells of the room are busy on that day.
async fn busy(desk: &Desk, room: &str) -> usize {
    let days = desk.items_of("BookingTable", &format!("room#{room}")).await;
    let busy = days.iter().filter_map(|day| day.get("busy"));
    busy.map(|cells| cells.as_ns().unwrap().len()).sum()
}

async fn room_of(desk: &Desk, booked: &Booked) -> String {
    let key = format!("booking#{}", booked.reference);
    let items = desk.items_of("BookingTable", &key).await;
    text(&items[0], "room").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_64_who_want_one_room_no_two_share_it_or_a_practitioner() {
    for seed in 1..=seeds(2) {
        let desk = with_rooms(&["casting-room"]).await;
        let http = client();
        let wishes = (0..64_u64).map(|n| {
            let dice = (seed * 64 + n).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20;
            let (service, who) = WHO[usize::try_from(dice % 2).unwrap()];
            let who = who[usize::try_from(dice / 2).unwrap() % who.len()];
            let quarter = dice / 16 % 6;
            let time = format!("{}:{:02}", 10 + quarter / 4, quarter % 4 * 15);
            of_person(wish(service, who, &time), usize::try_from(n).unwrap())
        });
        let wishes: Vec<Value> = wishes.collect();

        let post = |(n, wish): (usize, &Value)| {
            let request = http.post(format!("{}/bookings", desk.url)).json(wish);
            desk.settled(request.header("x-forwarded-for", format!("192.0.2.{n}")))
        };
        let answers = join_all(wishes.iter().enumerate().map(post)).await;

        let mut count = BTreeMap::new();
        for answer in &answers {
            *count.entry(answer.status.as_u16()).or_insert(0) += 1;
        }
        let booked = count[&201];
        assert!((1..=3).contains(&booked), "seed {seed}: {count:?}");
        // An assessment at a time that is outside somebody's hours is refused for that.
        assert!(
            count.keys().all(|status| [201, 409, 422].contains(status)),
            "{count:?}"
        );
        assert!(count[&409] > 32, "seed {seed}: {count:?}");
        ledger::check(&desk).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_room_is_tried_with_one_call_for_each() {
    let desk = with_rooms(&["casting-room", "blue-room"]).await;
    let (counter, url) = counted(&desk).await;
    let http = client();
    let mut calls = Vec::new();

    for (n, who) in ["chiropodist-1", "chiropodist-2", "chiropodist-3"]
        .iter()
        .enumerate()
    {
        let wish = of_person(wish("foot-care", who, "10:00"), n);
        let answer = http
            .post(format!("{url}/bookings"))
            .json(&wish)
            .send()
            .await;
        let asked = counter.take();
        calls.push((
            answer.unwrap().status().as_u16(),
            asked["TransactWriteItems"],
        ));
    }

    assert_eq!(calls, [(201, 1), (201, 2), (409, 2)]);
    assert_eq!(
        (
            busy(&desk, "casting-room").await,
            busy(&desk, "blue-room").await
        ),
        (8, 8)
    );
    // Whose own time is taken is not tried with the other room.
    let again = of_person(wish("foot-care", "chiropodist-1", "10:00"), 9);
    http.post(format!("{url}/bookings"))
        .json(&again)
        .send()
        .await
        .unwrap();
    assert_eq!(counter.take()["TransactWriteItems"], 1);
    ledger::check(&desk).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_without_a_free_room_is_not_listed() {
    let desk = with_rooms(&["casting-room"]).await;
    Booked::of(&desk, &wish("foot-care", "chiropodist-1", "10:00")).await;

    let path =
        format!("/availability?service=foot-care&practitioner=chiropodist-2&from={DAY}&to={DAY}");
    let answer = desk.get(&path).await.json();

    let starts = answer["days"][DAY].as_array().unwrap().iter();
    let starts: Vec<&str> = starts.map(|free| free["start"].as_str().unwrap()).collect();
    // The room is busy until 10:40, the second chiropodist is there from ten.
    assert_eq!(starts[0], at("10:45"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_room_moves_and_ends_with_its_visit() {
    let desk = with_rooms(&["casting-room", "blue-room"]).await;
    let booked = Booked::of(&desk, &wish("foot-care", "chiropodist-1", "10:00")).await;
    assert_eq!(room_of(&desk, &booked).await, "casting-room");
    let move_to = async |start: &str| {
        let answer = booked.reschedule(&desk, start).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        desk.all_mails_sent().await;
        ledger::check(&desk).await;
    };

    // A quarter later: practitioner and room change from one time to the other at once.
    move_to(&at("10:15")).await;
    assert_eq!(busy(&desk, "casting-room").await, 8);
    // Somebody else has the room at eleven, and another one is free.
    Booked::of(
        &desk,
        &of_person(wish("foot-care", "chiropodist-2", "11:00"), 1),
    )
    .await;
    move_to(&at("11:00")).await;
    assert_eq!(room_of(&desk, &booked).await, "blue-room");
    move_to("2026-12-03T10:00:00-05:00").await;
    booked.press(&desk, "cancel", json!({})).await;

    ledger::check(&desk).await;
    assert_eq!(
        (
            busy(&desk, "casting-room").await,
            busy(&desk, "blue-room").await
        ),
        (8, 0)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_read_which_room_is_held_and_patients_do_not() {
    let desk = Desk::start().await;
    let fitting = with(booking(), "service", json!("orthotics-fitting"));
    let fitting = with(fitting, "practitioner", json!("chiropodist-2"));
    let booked = Booked::of(&desk, &fitting).await;

    let page = desk.page(&booked.address("decision")).await.text;
    assert!(page.contains("Casting room"), "{page}");
    let considered = desk.get(&booked.address("decision")).await.json();
    assert_eq!(considered["room"], "Casting room");
    let mail = desk.mail(&booked.reference, "booking_to_staff").await;
    assert!(
        mail["text"]
            .as_str()
            .unwrap()
            .contains("Room: Casting room")
    );

    let receipt = desk.mail(&booked.reference, "booking_requested").await;
    assert!(!receipt["text"].as_str().unwrap().contains("Casting room"));
    let page = desk.page(&booked.address("")).await.text;
    assert!(!page.contains("Casting room"));
}

#[tokio::test(flavor = "multi_thread")]
async fn erasing_a_person_frees_the_room_as_well() {
    let desk = with_rooms(&["casting-room"]).await;
    let booked = Booked::of(&desk, &wish("foot-care", "chiropodist-1", "10:00")).await;
    let answer = desk
        .request(Method::GET, &booked.address(""))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);

    let environment = desk.environment().await.into_iter().collect();
    let records = frontdesk::records::Records::open(&environment, "test")
        .await
        .unwrap();
    let email = shared::values::EmailAddress::parse("zoe@example.com").unwrap();
    let who = shared::records::Identity::Email(email);
    let now = frontdesk_tests::NOW.parse().unwrap();
    records.erase(&who, now).await.unwrap();

    assert_eq!(busy(&desk, "casting-room").await, 0);
    ledger::check(&desk).await;
}
