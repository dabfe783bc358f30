//! A booking that looks like a machine's waits for the clinic's answer.

use frontdesk_tests::{Answer, Desk, booking, with, with_proof};
use reqwest::Method;
use serde_json::{Value, json};

/// Foot care is booked at once, unless something is suspicious.
async fn status(desk: &Desk, body: &Value, address: &str) -> String {
    let request = desk
        .request(Method::POST, "/bookings")
        .header("x-forwarded-for", address);
    let answer = Answer::to(request.json(body)).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.json()["status"].as_str().unwrap().to_owned()
}

fn at(hour: usize, patient: usize) -> Value {
    let body = with(
        booking(),
        "start",
        json!(format!("2026-12-01T{hour:02}:00:00-05:00")),
    );
    let body = with(
        body,
        "patient.phone",
        json!(format!("416-555-{patient:04}")),
    );
    with(
        body,
        "patient.email",
        json!(format!("patient{patient}@example.com")),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspicious_booking_is_never_instant_and_staff_read_why() {
    let desk = Desk::start().await;
    let mut without_email = at(11, 3);
    without_email["patient"]
        .as_object_mut()
        .unwrap()
        .remove("email");

    assert_eq!(status(&desk, &at(9, 0), "192.0.2.1").await, "confirmed");
    for (body, why) in [
        (
            with(at(10, 1), "_gotcha", json!("x")),
            "a field that people do not see was filled in",
        ),
        (
            with(at(14, 2), "altcha", json!("e30=")),
            "its proof of work is wrong",
        ),
        (without_email, "They left no email address"),
    ] {
        assert_eq!(
            status(&desk, &body, "192.0.2.2").await,
            "requested",
            "{why}"
        );
        let phone = body["patient"]["phone"].as_str().unwrap();
        let to_staff = desk
            .mails_of(&["booking_to_staff"], 1 + count(&desk).await)
            .await;
        let theirs = to_staff.iter().map(|mail| mail["text"].as_str().unwrap());
        let mut theirs = theirs.filter(|text| text.contains(phone));
        assert!(theirs.next().unwrap().contains(why), "{why}");
    }
}

async fn count(desk: &Desk) -> usize {
    desk.items_of("BookingTable", "booking#").await.len() - 1
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_clinic_requires_a_proof_a_booking_without_one_waits() {
    let desk = Desk::with_clinic(|toml| {
        toml.replace(
            "proof_of_work = \"on\"",
            "proof_of_work = \"required_without_token\"",
        )
    })
    .await;
    let proof = desk.proof().await;

    assert_eq!(status(&desk, &at(9, 0), "192.0.2.1").await, "requested");
    let proven = with_proof(at(10, 1), &proof);
    assert_eq!(status(&desk, &proven, "192.0.2.2").await, "confirmed");
    let again = with_proof(at(11, 2), &proof);
    assert_eq!(
        status(&desk, &again, "192.0.2.3").await,
        "requested",
        "a proof is good once"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn one_address_books_a_few_at_once_then_asks_and_then_calls() {
    let desk = Desk::start().await;
    let mut statuses = Vec::new();
    for n in 0..8 {
        let (day, hour) = (1 + n / 4, [9, 10, 11, 14][n % 4]);
        let body = with(
            at(9, n),
            "start",
            json!(format!("2026-12-{day:02}T{hour:02}:00:00-05:00")),
        );
        let answer = desk.post("/bookings", &body).await;
        statuses.push(match answer.status.as_u16() {
            201 => answer.json()["status"].as_str().unwrap().to_owned(),
            _ => answer.problem(),
        });
    }

    let expected = [
        vec!["confirmed"; 3],
        vec!["requested"; 3],
        vec!["too_many_requests"; 2],
    ];
    assert_eq!(statuses, expected.concat());
}

#[tokio::test(flavor = "multi_thread")]
async fn four_hundred_posts_with_the_honeypot_filled_fill_no_calendar_and_no_mailbox() {
    let desk = Desk::start().await;
    let wish = |n: usize| {
        let (day, hour, minute) = (1 + n / 28, 9 + n % 28 / 4, n % 4 * 15);
        let start = format!("2026-12-{day:02}T{hour:02}:{minute:02}:00-05:00");
        let body = with(booking(), "start", json!(start));
        let body = with(body, "patient.email", json!("victim@example.com"));
        with(body, "_gotcha", json!("x"))
    };
    let post = async |n: usize| desk.post("/bookings", &wish(n)).await.status.as_u16();

    let mut held = 0;
    for n in 0..400 {
        held += usize::from(post(n).await == 201);
    }

    assert_eq!(held, 6);
    let mails = desk.stored_mails().await;
    let to_victim = mails
        .iter()
        .filter(|mail| format!("{mail:?}").contains("victim@example.com"));
    // A mail to the patient and one to staff, who can answer.
    assert_eq!(to_victim.count(), held * 2);
}
