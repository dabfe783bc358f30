//! Services, availability, bookings.

use frontdesk_tests::{Answer, BOOKING_MAILS, Desk, booking, text, with};
use reqwest::Method;
use serde_json::{Value, json};

async fn days(desk: &Desk, query: &str) -> Value {
    let answer = desk.get(&format!("/availability?{query}")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()["days"].clone()
}

fn starts(day: &Value) -> Vec<String> {
    let start = |slot: &Value| slot["start"].as_str().unwrap()[11..16].to_owned();
    day.as_array().unwrap().iter().map(start).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_booking_is_stored_its_time_is_gone_and_both_sides_get_their_mail() {
    let desk = Desk::start().await;

    let answer = desk.post("/bookings", &booking()).await;

    assert_eq!(answer.status, 201, "{answer:?}");
    let receipt = answer.json();
    assert_eq!(receipt["status"], "confirmed");
    assert_eq!(receipt["start"], "2026-12-01T10:00:00-05:00");
    assert_eq!(receipt["end"], "2026-12-01T10:30:00-05:00");
    assert_eq!(receipt["practitioner"], "chiropodist-1");
    // 10:00 to 10:30, and ten minutes after it: 8 cells.
    let day = desk
        .items_of("BookingTable", "practitioner#chiropodist-1")
        .await;
    assert_eq!(day[0]["busy"].as_ns().unwrap().len(), 8);
    let day = days(
        &desk,
        "service=foot-care&practitioner=chiropodist-1&from=2026-12-01&to=2026-12-01",
    )
    .await;
    let free = starts(&day["2026-12-01"]);
    for gone in ["09:30", "09:45", "10:00", "10:15", "10:30"] {
        assert!(!free.contains(&gone.to_owned()), "{gone} in {free:?}");
    }
    assert!(
        free.contains(&"09:15".to_owned()) && free.contains(&"10:45".to_owned()),
        "{free:?}"
    );

    let reference = receipt["reference"].as_str().unwrap();
    let to_staff = desk.mail(reference, "booking_to_staff").await;
    let to_patient = desk.mail(reference, "booking_confirmed").await;
    assert_eq!(to_staff["reply_to"], json!(["zoe@example.com"]));
    let text = to_staff["text"].as_str().unwrap();
    assert!(
        !text.contains("corn") && text.contains("Read the reason for the visit"),
        "what is about their health is not mailed: {text}"
    );
    assert_eq!(to_patient["to"], json!(["zoe@example.com"]));
    let page = to_patient["text"].as_str().unwrap();
    assert!(
        page.contains("Tuesday, December 1, 2026 at 10:00\u{a0}a.m."),
        "{page}"
    );
    assert!(
        !page.contains("Zoë") && !page.contains("corn"),
        "nothing that was typed: {page}"
    );
    assert!(page.contains(receipt["manage_url"].as_str().unwrap()));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_patients_link_shows_the_booking_and_no_other_link_does() {
    let desk = Desk::start().await;
    let receipt = desk.post("/bookings", &booking()).await.json();
    let other = desk
        .post(
            "/bookings",
            &with(booking(), "start", json!("2026-12-01T11:00:00-05:00")),
        )
        .await
        .json();
    let path = |receipt: &Value| {
        receipt["manage_url"]
            .as_str()
            .unwrap()
            .strip_prefix(&desk.url)
            .unwrap()
            .to_owned()
    };

    let json = desk.get(&path(&receipt)).await;
    let page = Answer::to(
        desk.request(Method::GET, &path(&receipt))
            .header("accept", "text/html"),
    )
    .await;

    assert_eq!(json.json()["reference"], receipt["reference"]);
    assert_eq!(json.json()["start"], "2026-12-01T10:00:00-05:00");
    assert!(
        page.text
            .contains("Tuesday, December 1, 2026 at 10:00\u{a0}a.m.")
            && page.text.contains("Routine foot care")
    );
    let token = path(&other).split_once("token=").unwrap().1.to_owned();
    let foreign = format!(
        "/bookings/{}?token={token}",
        receipt["reference"].as_str().unwrap()
    );
    for path in [
        foreign,
        path(&receipt).split_once('?').unwrap().0.to_owned(),
        format!("{}x", path(&receipt)),
    ] {
        let answer = desk.get(&path).await;
        assert_eq!(
            (answer.status.as_u16(), answer.problem().as_str()),
            (404, "not_found"),
            "{path}"
        );
    }
    desk.clock(json!({ "advance": "P40D" })).await;
    assert_eq!(desk.get(&path(&receipt)).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_holds_its_time_like_a_booking() {
    let desk = Desk::start().await;
    let wish = with(booking(), "service", json!("initial-assessment"));

    let requested = desk.post("/bookings", &wish).await;
    let second = desk
        .post(
            "/bookings",
            &with(wish, "patient.email", json!("other@example.com")),
        )
        .await;

    assert_eq!(requested.json()["status"], "requested");
    assert_eq!(
        (second.status.as_u16(), second.problem().as_str()),
        (409, "slot_taken")
    );
    let problem = second.json();
    let alternatives: Vec<&str> = problem["alternatives"]
        .as_array()
        .unwrap()
        .iter()
        .map(|slot| slot["start"].as_str().unwrap())
        .collect();
    assert_eq!(
        alternatives,
        ["11:00", "11:15", "11:30", "11:45", "13:15"]
            .map(|time| format!("2026-12-01T{time}:00-05:00"))
    );
    let page = desk
        .request(Method::POST, "/bookings")
        .header("accept", "text/html");
    let page =
        Answer::to(page.json(&with(booking(), "service", json!("initial-assessment")))).await;
    assert_eq!(page.status, 303, "the first patient's own request again");
    let third = with(
        with(booking(), "service", json!("initial-assessment")),
        "patient.name",
        json!("Bea"),
    );
    let page = desk
        .request(Method::POST, "/bookings")
        .header("accept", "text/html")
        .json(&third);
    let page = Answer::to(page).await;
    assert!(
        page.text
            .contains(">Tuesday, December 1, 2026 at 11:00\u{a0}a.m.</button>"),
        "{}",
        page.text
    );
    // What is offered can be had.
    let next = with(
        with(booking(), "service", json!("initial-assessment")),
        "start",
        json!(alternatives[0]),
    );
    assert_eq!(desk.post("/bookings", &next).await.status, 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_rule_of_booking_has_its_own_answer() {
    let desk = Desk::start().await;
    let at = |start: &str| with(booking(), "start", json!(start));

    for (body, kind) in [
        // Nine in the morning, and four hours' notice.
        (at("2026-11-30T12:00:00-05:00"), "too_soon"),
        (at("2026-11-27T10:00:00-05:00"), "too_soon"),
        (at("2027-03-02T10:00:00-05:00"), "too_far"),
        (at("2026-12-01T08:45:00-05:00"), "outside_hours"),
        (at("2026-12-01T12:15:00-05:00"), "outside_hours"),
        (at("2026-12-01T16:45:00-05:00"), "outside_hours"),
        (at("2026-12-01T10:05:00-05:00"), "outside_hours"),
        (at("2026-12-01T10:00:30-05:00"), "outside_hours"),
        (at("2026-12-06T10:00:00-05:00"), "outside_hours"),
        (at("2026-12-25T10:00:00-05:00"), "outside_hours"),
        (
            with(booking(), "service", json!("follow-up")),
            "patients_not_accepted",
        ),
    ] {
        let answer = desk.post("/bookings", &body).await;
        assert_eq!(
            (answer.status.as_u16(), answer.problem().as_str()),
            (422, kind),
            "{body}"
        );
    }
    assert!(desk.items("BookingTable").await.is_empty());
    assert!(desk.stored_mails().await.is_empty());

    // The last day of the horizon, the end of the hours, and the end of a break can be had.
    for start in [
        "2027-02-26T10:00:00-05:00",
        "2026-12-01T16:30:00-05:00",
        "2026-12-02T13:15:00-05:00",
    ] {
        let answer = desk.post("/bookings", &at(start)).await;
        assert_eq!(answer.status, 201, "{start} {answer:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn availability_shows_every_day_and_what_can_only_be_had_by_phone() {
    let desk = Desk::start().await;

    let days = days(&desk, "service=foot-care&from=2026-11-30&to=2026-12-30").await;

    let days = days.as_object().unwrap();
    assert_eq!(days.len(), 31);
    let today = days["2026-11-30"].as_array().unwrap();
    // Starts of the past are gone; four hours ahead one has to call.
    assert_eq!(today[0]["start"], "2026-11-30T09:15:00-05:00");
    for slot in today {
        let online = slot["start"].as_str().unwrap() >= "2026-11-30T13:15:00-05:00";
        assert_eq!(
            slot["book"],
            if online { "online" } else { "call" },
            "{slot}"
        );
    }
    assert_eq!(days["2026-12-06"], json!([]), "a Sunday");
    assert_eq!(days["2026-12-25"], json!([]), "Christmas Day");
    // Monday afternoon two of them work.
    let both = today
        .iter()
        .find(|slot| slot["start"] == "2026-11-30T14:00:00-05:00")
        .unwrap();
    assert_eq!(
        both["practitioners"],
        json!(["chiropodist-1", "chiropodist-3"])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_practitioner_the_least_busy_free_one_is_taken() {
    let desk = Desk::start().await;
    // The first has something else that day, then this very time goes three times.
    let first = with(
        with(booking(), "start", json!("2026-12-02T15:00:00-05:00")),
        "practitioner",
        json!("chiropodist-1"),
    );
    assert_eq!(desk.post("/bookings", &first).await.status, 201);
    let mut anybody = with(booking(), "start", json!("2026-12-02T10:00:00-05:00"));
    anybody.as_object_mut().unwrap().remove("practitioner");

    let mut taken = Vec::new();
    for patient in [
        "a@example.com",
        "b@example.com",
        "c@example.com",
        "d@example.com",
    ] {
        let answer = desk
            .post(
                "/bookings",
                &with(anybody.clone(), "patient.email", json!(patient)),
            )
            .await;
        let status = answer.status.as_u16();
        taken.push((
            status,
            answer.json()["practitioner"]
                .as_str()
                .unwrap_or("nobody")
                .to_owned(),
        ));
    }

    let of = |status, who: &str| (status, who.to_owned());
    assert_eq!(
        taken,
        [
            of(201, "chiropodist-2"),
            of(201, "chiropodist-3"),
            of(201, "chiropodist-1"),
            of(409, "nobody")
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_booking_is_answered_again_and_holds_its_time_once() {
    let desk = Desk::start().await;
    let mut anybody = booking();
    anybody.as_object_mut().unwrap().remove("practitioner");

    for body in [
        booking(),
        with(anybody, "start", json!("2026-12-02T10:00:00-05:00")),
    ] {
        let first = desk.post("/bookings", &body).await;
        let again = desk.post("/bookings", &body).await;
        assert_eq!((again.status, &again.text), (first.status, &first.text));
        assert_eq!(again.header("idempotency-replayed"), "true");
    }

    assert_eq!(desk.items_of("BookingTable", "booking#").await.len(), 2);
    desk.mails_of(&BOOKING_MAILS, 4).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_booking_whose_reply_is_lost_does_not_find_its_own_time_taken() {
    for times in [1, 2, 4] {
        let desk = Desk::start().await;
        desk.faults(json!({ "dynamodb": "lost_reply", "times": times }))
            .await;

        let answer = desk.post("/bookings", &booking()).await;

        assert_eq!(answer.status, 201, "after {times} lost replies: {answer:?}");
        let stored = desk.items_of("BookingTable", "booking#").await;
        assert_eq!(stored.len(), 1);
        assert_eq!(
            text(&stored[0], "reference"),
            answer.json()["reference"].as_str().unwrap()
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn starts_are_right_on_the_days_the_clocks_change() {
    let desk = Desk::with_clinic(|clinic| {
        clinic.replace(
            "[practitioners.hours]\n",
            "[practitioners.hours]\nsunday = [\"00:00-24:00\"]\n",
        )
    })
    .await;

    for (now, date, hours) in [
        ("2027-03-01T09:00:00-05:00", "2027-03-14", 23),
        ("2027-03-01T09:00:00-05:00", "2027-03-07", 24),
        ("2027-11-01T09:00:00-04:00", "2027-11-07", 25),
    ] {
        desk.set_now(now.parse().unwrap()).await;
        let query = format!("service=foot-care&practitioner=chiropodist-1&from={date}&to={date}");
        let day = days(&desk, &query).await;
        // A start each quarter of an hour, but where the half hour and its buffer reach into Monday.
        assert_eq!(day[date].as_array().unwrap().len(), hours * 4 - 2, "{date}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_booking_keeps_its_answer_when_the_rules_would_refuse_it_now() {
    let desk = Desk::start().await;
    let soon = with(booking(), "start", json!("2026-11-30T14:00:00-05:00"));
    let keyed = || {
        Answer::to(
            desk.request(Method::POST, "/bookings")
                .header("idempotency-key", "k")
                .json(&soon),
        )
    };
    let first = keyed().await;
    assert_eq!(first.status, 201);

    desk.clock(json!({ "advance": "PT3H" })).await;
    let again = keyed().await;
    let another = desk
        .post("/bookings", &with(soon.clone(), "reason", json!("Another")))
        .await;

    assert_eq!((again.status, &again.text), (first.status, &first.text));
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(another.problem(), "too_soon");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_booking_that_meets_another_write_is_tried_again() {
    let desk = Desk::start().await;

    desk.faults(json!({ "dynamodb": "conflict", "times": 3 }))
        .await;
    let answer = desk.post("/bookings", &booking()).await;

    assert_eq!(answer.status, 201);
    assert_eq!(desk.items_of("BookingTable", "booking#").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_patient_agrees_to_is_shown_and_its_version_is_kept() {
    let desk = Desk::start().await;
    let consent = desk.get("/services").await.json()["consent"].clone();
    assert_eq!(consent["version"], "2026-11");
    assert!(consent["text"].as_str().unwrap().contains("my appointment"));

    let outdated = with(booking(), "_consent_version", json!("2025-01"));
    let refused = desk.post("/bookings", &outdated).await;
    let current = with(booking(), "_consent_version", consent["version"].clone());
    let booked = desk.post("/bookings", &current).await;

    assert_eq!(refused.field_codes(), ["consent: must_accept"]);
    assert_eq!(booked.status, 201, "{booked:?}");
    let stored = desk.items_of("BookingTable", "booking#").await;
    assert_eq!(text(&stored[0], "consent_version"), "2026-11");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clinic_that_wants_it_reads_the_reason_in_its_mail() {
    let desk =
        Desk::with_clinic(|toml| toml.replace("text_by_mail = false", "text_by_mail = true")).await;

    let receipt = desk.post("/bookings", &booking()).await.json();

    let to_staff = desk
        .mail(receipt["reference"].as_str().unwrap(), "booking_to_staff")
        .await;
    assert!(
        to_staff["text"]
            .as_str()
            .unwrap()
            .contains("> A corn on the left foot")
    );
}
