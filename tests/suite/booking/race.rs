//! Whoever comes at the same time: no slot is given twice.

use std::collections::BTreeSet;

use contact::Digest;
use frontdesk_tests::{Answer, DIGEST, Desk, NOW, booking, message, text, with};
use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use serde_json::json;
use shared::{clock::Clock, environment::Environment};

const SEEDS: u64 = 12;
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

#[tokio::test(flavor = "multi_thread")]
async fn of_64_at_once_no_two_get_overlapping_times() {
    for seed in 1..=SEEDS {
        let desk = Desk::start().await;
        let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let wishes: Vec<_> = (0..CLIENTS)
            .map(|client| {
                // Both services of the first chiropodist, between nine and eleven: nearly all overlap.
                let quarter = next(&mut state) % 8;
                let service = if next(&mut state).is_multiple_of(2) {
                    "foot-care"
                } else {
                    "initial-assessment"
                };
                let start = format!(
                    "2026-12-01T{:02}:{:02}:00-05:00",
                    9 + quarter / 4,
                    quarter % 4 * 15
                );
                let wish = with(
                    with(booking(), "start", json!(start)),
                    "service",
                    json!(service),
                );
                with(
                    wish,
                    "patient.email",
                    json!(format!("patient{client}@example.com")),
                )
            })
            .collect();

        let answers = join_all(
            wishes
                .iter()
                .map(|wish| Answer::to(desk.request(Method::POST, "/bookings").json(wish))),
        )
        .await;

        let mut winners = BTreeSet::new();
        for answer in &answers {
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
        let stored = desk.items_of("BookingTable", "booking#").await;
        let references: BTreeSet<String> = stored
            .iter()
            .map(|item| text(item, "reference").to_owned())
            .collect();
        assert_eq!(
            references, winners,
            "seed {seed}: who was told yes is who is stored"
        );
        assert!(
            (2..=5).contains(&winners.len()),
            "seed {seed}: {} winners",
            winners.len()
        );

        let mut union = BTreeSet::new();
        for item in &stored {
            let (start, end): (Timestamp, Timestamp) = (
                text(item, "start").parse().unwrap(),
                text(item, "end").parse().unwrap(),
            );
            // Both services keep ten minutes free behind them.
            for cell in cells(start, end + SignedDuration::from_mins(10)) {
                assert!(
                    union.insert(cell),
                    "seed {seed}: cell {cell} was given twice"
                );
            }
        }
        let day = desk
            .items_of("BookingTable", "practitioner#chiropodist-1")
            .await;
        let busy: BTreeSet<u64> = day[0]["busy"]
            .as_ns()
            .unwrap()
            .iter()
            .map(|cell| cell.parse().unwrap())
            .collect();
        assert_eq!(
            busy, union,
            "seed {seed}: the busy set is the union of the bookings' cells"
        );
        assert_eq!(desk.items("MailTable").await.len(), winners.len() * 2);
    }
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

        let answers =
            join_all((0..50).map(|_| Answer::to(desk.request(Method::POST, path).json(&body))))
                .await;

        let texts: BTreeSet<&str> = answers.iter().map(|answer| answer.text.as_str()).collect();
        assert_eq!(texts.len(), 1, "{path}: {texts:?}");
        assert!(answers.iter().all(|answer| answer.status == 201));
        let (table, prefix) = match path {
            "/contact" => ("ContactTable", "message#"),
            _ => ("BookingTable", "booking#"),
        };
        assert_eq!(desk.items_of(table, prefix).await.len(), 1);
        desk.mails_once(2).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_digests_at_once_one_is_written_each_day() {
    let desk = Desk::start().await;
    let environment: Environment = desk.environment().await.into_iter().collect();
    let (morning, afternoon): (Timestamp, Timestamp) =
        (NOW.parse().unwrap(), DIGEST.parse().unwrap());
    for day in 0..8 {
        let later = SignedDuration::from_hours(24 * day);
        desk.set_now(morning + later).await;
        let body = with(message(), "message", json!(format!("Message of day {day}")));
        let reference = desk.quarantine(&body).await;
        let clock = Clock::system();
        clock.set(afternoon + later);
        let open = (0..6).map(|_| Digest::open(&environment, clock.clone()));
        let digests: Vec<Digest> = join_all(open)
            .await
            .into_iter()
            .map(Result::unwrap)
            .collect();

        let runs = join_all(digests.iter().map(Digest::run)).await;

        assert!(runs.iter().all(Result::is_ok), "day {day}: {runs:?}");
        let mails = desk.items("MailTable").await;
        let naming = mails
            .iter()
            .filter(|mail| format!("{mail:?}").contains(&reference));
        assert_eq!(
            (mails.len(), naming.count()),
            (usize::try_from(day).unwrap() + 1, 1)
        );
    }
}
