//! Why a start is offered or not: the office reads the same reason as the patient whose booking is refused.

use std::collections::BTreeMap;

use booking::{NewTimeOff, Office, Question, Why};
use frontdesk_tests::{
    Desk,
    booked::{Booked, of_person},
    booking, ledger,
    office::{add, now, office, time_off},
    with,
};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use shared::values::{PractitionerId, ServiceId};

fn question(service: &str, practitioner: Option<&str>, start: Timestamp) -> Question {
    Question {
        service: ServiceId::parse(service).unwrap(),
        practitioner: practitioner.map(|id| PractitionerId::parse(id).unwrap()),
        start,
        returning: None,
    }
}

async fn why(desk: &Desk, office: &Office, question: &Question) -> Why {
    office.why(question, now(desk).await).await.unwrap()
}

fn dice(state: &mut u64, end: u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    (*state >> 16) % end
}

/// A clinic with a room that two services share, closed on a Thursday.
async fn clinic() -> Desk {
    Desk::with_clinic(|toml| {
        let line = "confirmation = \"instant\"\npractitioners = [\"chiropodist-1\", \"chiropodist-2\", \"chiropodist-3\"]\n";
        assert!(toml.contains(line));
        toml.replacen(line, &format!("{line}rooms = [\"casting-room\"]\n"), 1)
            .replace("[[closures]]\nfrom = \"2026-12-25\"", "[[closures]]\nfrom = \"2026-12-03\"\nreason = \"Training\"\n\n[[closures]]\nfrom = \"2026-12-25\"")
            .replace("horizon_days = 90", "horizon_days = 6")
            .replace("bookings_per_week = 6", "bookings_per_week = 1000")
            .replace("mails_per_day = 12", "mails_per_day = 1000")
    })
    .await
}

/// What `why` says is what the refusal says, for whatever is booked, off, and asked, at whatever time.
#[tokio::test(flavor = "multi_thread")]
async fn the_reason_is_that_of_the_refusal() {
    let mut reasons = BTreeMap::new();
    for seed in 1..=frontdesk_tests::seeds(2) {
        let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        let desk = clinic().await;
        let office = office(&desk).await;
        let midnight: Timestamp = "2026-11-30T00:00:00-05:00".parse().unwrap();
        let services = [
            "foot-care",
            "initial-assessment",
            "orthotics-fitting",
            "follow-up",
        ];
        let people = ["chiropodist-1", "chiropodist-2", "chiropodist-3"];
        for step in 0..60 {
            if step % 12 == 6 {
                let from = midnight
                    + SignedDuration::from_mins(
                        i64::try_from(dice(&mut state, 8 * 96)).unwrap() * 15 + 600,
                    );
                let hours = i64::try_from(1 + dice(&mut state, 30)).unwrap();
                let who = people[usize::try_from(dice(&mut state, 3)).unwrap()];
                let to = from + SignedDuration::from_hours(hours);
                let off = NewTimeOff {
                    ..time_off(who, &from.to_string(), &to.to_string())
                };
                if to > now(&desk).await {
                    add(&desk, off).await;
                }
            }
            if step % 10 == 9 {
                desk.clock(json!({ "advance": format!("PT{}M", 7 + dice(&mut state, 200)) }))
                    .await;
            }
            let service = services[usize::try_from(dice(&mut state, 4)).unwrap()];
            let minutes =
                dice(&mut state, 8 * 96) * 15 + if dice(&mut state, 8) == 0 { 5 } else { 0 };
            // Most of what is asked is within the hours.
            let start = midnight + SignedDuration::from_mins(i64::try_from(minutes).unwrap());
            let start = if dice(&mut state, 2) == 0 {
                start
            } else {
                within_hours(start)
            };
            let who = (dice(&mut state, 3) > 0)
                .then(|| people[usize::try_from(dice(&mut state, 3)).unwrap()]);
            let question = question(service, who, start);
            let Ok(why) = office.why(&question, now(&desk).await).await else {
                continue;
            };
            let n = usize::try_from(seed * 1000 + step).unwrap();
            let body = with(of_person(booking(), n % 10_000), "service", json!(service));
            let body = with(
                body,
                "practitioner",
                who.map_or(Value::Null, |who| json!(who)),
            );
            let body = with(body, "patient.returning", json!(service == "follow-up"));
            let body = with(body, "start", json!(start.to_string()));
            let request = desk
                .request(reqwest::Method::POST, "/bookings")
                .header(
                    "x-forwarded-for",
                    format!("10.{}.{}.{}", seed % 200, step / 200, step % 200),
                )
                .json(&body);
            let answer = desk.settled(request).await;

            let refusal = (answer.status != 201).then(|| answer.problem());
            assert_eq!(
                why.refusal.map(str::to_owned),
                refusal,
                "seed {seed}: {question:?} {why:?}"
            );
            *reasons
                .entry(refusal.unwrap_or_else(|| "booked".to_owned()))
                .or_insert(0) += 1;
        }
        ledger::check(&desk).await;
    }
    println!("{reasons:?}");
    for reason in [
        "booked",
        "slot_taken",
        "too_soon",
        "too_far",
        "outside_hours",
    ] {
        assert!(reasons.contains_key(reason), "{reason}: {reasons:?}");
    }
}

/// The same day at ten, eleven or two o'clock.
fn within_hours(start: Timestamp) -> Timestamp {
    let zone = jiff::tz::TimeZone::get("America/Toronto").unwrap();
    let local = start.to_zoned(zone);
    let hour = [10, 11, 14][usize::from(local.minute().unsigned_abs() / 15 % 3)];
    let face = local.date().at(hour, 0, 0, 0);
    face.to_zoned(local.time_zone().clone())
        .unwrap()
        .timestamp()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_rule_is_said_in_a_sentence() {
    let desk = clinic().await;
    let office = office(&desk).await;
    let said = async |service: &str, practitioner: &str, start: &str| {
        let question = question(service, Some(practitioner), start.parse().unwrap());
        let why = why(&desk, &office, &question).await;
        format!("{} {}", why.sentence, why.details.join(" "))
    };
    Booked::of(&desk, &booking()).await;
    add(
        &desk,
        time_off(
            "chiropodist-2",
            "2026-12-01T10:00:00-05:00",
            "2026-12-01T14:00:00-05:00",
        ),
    )
    .await;

    for (service, practitioner, start, expected) in [
        (
            "foot-care",
            "chiropodist-1",
            "2026-12-01T14:00:00-05:00",
            "It is offered online, with Chiropodist 1.",
        ),
        (
            "initial-assessment",
            "chiropodist-1",
            "2026-12-01T10:15:00-05:00",
            "Chiropodist 1 has another visit, or its buffer, at that time.",
        ),
        (
            "foot-care",
            "chiropodist-2",
            "2026-12-01T11:00:00-05:00",
            "Chiropodist 2 has time off (T-",
        ),
        (
            "foot-care",
            "chiropodist-2",
            "2026-12-02T07:00:00-05:00",
            "Chiropodist 2 is not working for the whole 30 minutes.",
        ),
        (
            "foot-care",
            "chiropodist-2",
            "2026-11-30T15:00:00-05:00",
            "Chiropodist 2 does not work on Mondays.",
        ),
        (
            "foot-care",
            "chiropodist-1",
            "2026-12-03T10:00:00-05:00",
            "The clinic is closed on",
        ),
        (
            "foot-care",
            "chiropodist-1",
            "2026-12-02T10:05:00-05:00",
            "has starts every 15 minutes from the opening; the nearest is",
        ),
        (
            "foot-care",
            "chiropodist-1",
            "2026-11-30T12:00:00-05:00",
            "within the minimum notice of 4 hours",
        ),
        (
            "foot-care",
            "chiropodist-1",
            "2026-11-30T08:00:00-05:00",
            "That time has passed.",
        ),
        (
            "foot-care",
            "chiropodist-1",
            "2026-12-08T10:00:00-05:00",
            "more than 6 days ahead",
        ),
    ] {
        let said = said(service, practitioner, start).await;
        assert!(said.contains(expected), "{start}: {said}");
    }
    // The room is taken by the first chiropodist's visit.
    let wednesday = with(
        of_person(booking(), 2),
        "start",
        json!("2026-12-02T10:00:00-05:00"),
    );
    Booked::of(&desk, &wednesday).await;
    let said = said("foot-care", "chiropodist-3", "2026-12-02T10:15:00-05:00").await;
    assert!(said.contains("Casting room"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rule_about_patients_counts_if_somebody_asks_for_it() {
    let desk = Desk::start().await;
    let office = office(&desk).await;
    let start = "2026-12-01T10:00:00-05:00".parse().unwrap();
    let new = Question {
        returning: Some(false),
        ..question("follow-up", None, start)
    };

    let why = why(&desk, &office, &new).await;

    assert_eq!(why.refusal, Some("patients_not_accepted"));
    assert!(why.sentence.contains("were here before"), "{why:?}");
}
