//! Many requests at the same time: no slot is given twice.

use std::collections::BTreeSet;

use frontdesk_tests::{
    Answer, BOOKING_MAILS, Desk, Item, MESSAGE_MAILS, booking, client, counter::counted, message,
    seeds, text, with,
};
use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use serde_json::{Value, json};

const CLIENTS: u64 = 64;
const MIDNIGHT: &str = "2026-12-01T00:00:00-05:00";

/// A small generator, so that a seed says everything (Marsaglia's xorshift).
fn next(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state
}

fn cells(start: Timestamp, end: Timestamp) -> BTreeSet<u64> {
    let midnight: Timestamp = MIDNIGHT.parse().unwrap();
    let cell =
        |moment: Timestamp| u64::try_from(moment.duration_since(midnight).as_secs() / 300).unwrap();
    (cell(start)..cell(end)).collect()
}

/// A wish for one of both services of the first chiropodist, between nine and eleven: nearly all overlap.
fn wish(client: u64, state: &mut u64) -> Value {
    let quarter = next(state) % 8;
    let service = if next(state).is_multiple_of(2) {
        "foot-care"
    } else {
        "initial-assessment"
    };
    let (hour, minute) = (9 + quarter / 4, quarter % 4 * 15);
    let start = format!("2026-12-01T{hour:02}:{minute:02}:00-05:00");
    let wish = with(booking(), "start", json!(start));
    let wish = with(wish, "service", json!(service));
    let email = format!("patient{client}@example.com");
    let wish = with(wish, "patient.email", json!(email));
    with(wish, "patient.phone", json!(format!("416-555-{client:04}")))
}

/// The references of those who were told yes; everybody else was offered other times.
fn winners(answers: &[Answer], seed: u64) -> BTreeSet<String> {
    let mut winners = BTreeSet::new();
    for answer in answers {
        match answer.status.as_u16() {
            201 => {
                winners.insert(answer.json()["reference"].as_str().unwrap().to_owned());
            }
            409 => {
                assert_eq!(answer.problem(), "slot_taken");
                assert_eq!(answer.json()["alternatives"].as_array().unwrap().len(), 5);
            }
            status => panic!("seed {seed}: {status} {answer:?}"),
        }
    }
    winners
}

/// The cells of all bookings, none of which two of them have.
fn disjoint_cells(stored: &[Item], seed: u64) -> BTreeSet<u64> {
    let mut union = BTreeSet::new();
    for item in stored {
        let moment = |name| -> Timestamp { text(item, name).parse().unwrap() };
        // Both services keep ten minutes free behind them.
        let end = moment("end") + SignedDuration::from_mins(10);
        for cell in cells(moment("start"), end) {
            assert!(
                union.insert(cell),
                "seed {seed}: cell {cell} was given twice"
            );
        }
    }
    union
}

#[tokio::test(flavor = "multi_thread")]
async fn of_64_at_once_no_two_get_overlapping_times() {
    let mut tries = Vec::new();
    for seed in 1..=seeds(5) {
        let desk = Desk::start().await;
        let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let wishes: Vec<Value> = (0..CLIENTS)
            .map(|client| wish(client, &mut state))
            .collect();

        let (counter, url) = counted(&desk).await;
        let http = client();
        let post = |(n, wish): (usize, &Value)| {
            let request = http.post(format!("{url}/bookings")).json(wish);
            let request = request.header("idempotency-key", format!("client-{n}"));
            desk.settled(request.header("x-forwarded-for", format!("192.0.2.{n}")))
        };
        let answers = join_all(wishes.iter().enumerate().map(post)).await;

        let winners = winners(&answers, seed);
        let stored = desk.items_of("BookingTable", "booking#").await;
        let references = stored.iter().map(|item| text(item, "reference").to_owned());
        assert_eq!(
            references.collect::<BTreeSet<_>>(),
            winners,
            "seed {seed}: who was told yes is who is stored"
        );
        let count = winners.len();
        assert!((2..=5).contains(&count), "seed {seed}: {count} winners");
        let day = desk
            .items_of("BookingTable", "practitioner#chiropodist-1")
            .await;
        let busy = day[0]["busy"].as_ns().unwrap().iter();
        assert_eq!(
            busy.map(|cell| cell.parse().unwrap())
                .collect::<BTreeSet<u64>>(),
            disjoint_cells(&stored, seed),
            "seed {seed}: the busy set is the union of the bookings' cells"
        );
        assert_eq!(desk.stored_mails().await.len(), count * 2);
        tries.extend(counter.tries());
    }
    tries.sort_unstable();
    let (median, p99) = (tries[tries.len() / 2], tries[tries.len() * 99 / 100]);
    println!(
        "{} transactions: median {median}, p99 {p99}, most {} tries",
        tries.len(),
        tries[tries.len() - 1]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn of_50_identical_posts_one_is_stored() {
    for path in ["/contact", "/bookings"] {
        let desk = Desk::start().await;
        let body = if path == "/contact" {
            message()
        } else {
            booking()
        };

        let post = || desk.settled(desk.request(Method::POST, path).json(&body));
        let answers = join_all((0..50).map(|_| post())).await;

        let texts: BTreeSet<&str> = answers.iter().map(|answer| answer.text.as_str()).collect();
        assert_eq!(texts.len(), 1, "{path}: {texts:?}");
        assert!(answers.iter().all(|answer| answer.status == 201));
        let (table, prefix, kinds) = match path {
            "/contact" => ("ContactTable", "message#", &MESSAGE_MAILS[..]),
            _ => ("BookingTable", "booking#", &BOOKING_MAILS[..]),
        };
        assert_eq!(desk.items_of(table, prefix).await.len(), 1);
        desk.mails_of(kinds, 2).await;
    }
}
