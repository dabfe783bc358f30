//! Five hundred bookings from four hundred addresses in the names of five people; with more seeds, two thousand.

use std::collections::BTreeMap;

use frontdesk_tests::{Answer, Desk, booking, seeds, text, with};
use futures_util::{StreamExt as _, stream};
use reqwest::Method;
use serde_json::{Value, json};

const ADDRESSES: usize = 400;
const PEOPLE: usize = 5;
/// How many of them are under way at a time.
const AT_ONCE: usize = 32;

/// The n-th start: two weeks, without the lunch break, and a wish for any of the chiropodists.
fn start(n: usize) -> String {
    let days = [1, 2, 3, 4, 8, 9, 10, 11];
    let hours = [9, 10, 11, 14, 15];
    let (day, hour, minute) = (days[n / 4 % 8], hours[n / 32 % 5], n % 4 * 15);
    // Fridays end at three for one of them, at six for another.
    format!("2026-12-{day:02}T{hour:02}:{minute:02}:00-05:00")
}

fn wish(n: usize, email: &str, phone: &str) -> Value {
    let mut body = with(booking(), "start", json!(start(n)));
    body.as_object_mut().unwrap().remove("practitioner");
    let body = with(body, "patient.email", json!(email));
    with(body, "patient.phone", json!(phone))
}

async fn post(desk: &Desk, address: String, body: Value) -> Answer {
    let request = desk
        .request(Method::POST, "/bookings")
        .header("x-forwarded-for", address);
    desk.settled(request.json(&body)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_leaves_the_calendar_and_the_mailboxes_to_others() {
    let desk = Desk::start().await;
    let address = |n: usize| format!("10.1.{}.{}", n % ADDRESSES / 100, n % ADDRESSES % 100);
    let posts = if seeds(1) > 1 { 2_000 } else { 500 };
    let flood = (0..posts).map(|n| {
        let person = n % PEOPLE;
        let email = format!("person{person}+{n}@example.com");
        let body = wish(n, &email, &format!("416-555-00{person:02}"));
        post(&desk, address(n), body)
    });

    let answers: Vec<Answer> = stream::iter(flood)
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;

    let mut statuses: BTreeMap<u16, usize> = BTreeMap::new();
    for answer in &answers {
        *statuses.entry(answer.status.as_u16()).or_default() += 1;
    }
    assert!(
        statuses
            .keys()
            .all(|status| [201, 409, 429].contains(status)),
        "{statuses:?}"
    );
    let mut held: BTreeMap<String, usize> = BTreeMap::new();
    for item in desk.items_of("BookingTable", "booking#").await {
        let email = text(item["patient"].as_m().unwrap(), "email");
        *held.entry(email[.."person0".len()].to_owned()).or_default() += 1;
    }
    assert_eq!(held.len(), PEOPLE, "{held:?}");
    assert!(held.values().all(|count| *count <= 6), "{held:?}");
    let mut mailed: BTreeMap<String, usize> = BTreeMap::new();
    for mail in desk.stored_mails().await {
        let to = text(&mail, "to");
        if to.starts_with("person") && !text(&mail, "id").contains("/booking_reminder/") {
            *mailed.entry(to[.."person0".len()].to_owned()).or_default() += 1;
        }
    }
    assert_eq!(mailed, held, "one mail for each booking now");
    println!("{posts} posts: {statuses:?}; held {held:?}");

    // Patients who share the flood's addresses still get through.
    for n in 0..10 {
        let body = wish(
            0,
            &format!("honest{n}@example.com"),
            &format!("647-555-{n:04}"),
        );
        let (day, hour) = (15 + n / 5, [10, 11, 14, 15, 16][n % 5]);
        let body = with(
            body,
            "start",
            json!(format!("2026-12-{day:02}T{hour:02}:00:00-05:00")),
        );
        let answer = post(&desk, address(n * 7 + 350), body).await;
        assert_eq!(answer.status, 201, "{answer:?}");
    }
}
