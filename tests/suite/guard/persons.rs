//! How much can be caused about one person, from however many senders.

use frontdesk_tests::{Answer, Desk, Item, booking, message, text, with};
use reqwest::Method;
use serde_json::{Value, json};

async fn post_from(desk: &Desk, address: &str, path: &str, body: &Value) -> Answer {
    let request = desk
        .request(Method::POST, path)
        .header("x-forwarded-for", address);
    Answer::to(request.json(body)).await
}

/// A booking of somebody's, in the n-th quarter of an hour of tomorrow's morning or later.
fn booking_of(email: &str, phone: &str, n: usize) -> Value {
    let day = 1 + n / 4;
    let start = format!("2026-12-{day:02}T{:02}:00:00-05:00", [9, 10, 11, 14][n % 4]);
    let body = with(booking(), "start", json!(start));
    let body = with(body, "patient.email", json!(email));
    with(body, "patient.phone", json!(phone))
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_mailed_more_than_the_clinic_allows_from_however_many_networks() {
    let desk = Desk::start().await;
    let spellings = [
        "victim@example.com",
        "Victim@Example.com",
        "victim+1@example.com",
    ];

    for n in 0..40 {
        let address = match n % 2 {
            0 => format!("2001:db8:{n:x}:1::1"),
            _ => format!("198.51.100.{n}"),
        };
        let body = with(message(), "message", json!(format!("Message {n}")));
        let body = with(body, "email", json!(spellings[n % 3]));
        let body = with(body, "phone", json!(format!("416-555-{n:04}")));
        let answer = post_from(&desk, &address, "/contact", &body).await;
        assert_eq!(answer.status, 201, "nothing is lost: {answer:?}");
    }

    let stored = desk.items_of("ContactTable", "message#").await;
    let quarantined = stored
        .iter()
        .filter(|item| text(item, "inbox") == "quarantined");
    assert_eq!(quarantined.count(), 40 - 12);
    desk.mails_of(&["message_receipt"], 12).await;
    let reasons = format!("{stored:?}");
    assert!(reasons.contains("busy_person") && !reasons.contains("busy_address"));
    desk.clock(json!({ "advance": "PT24H" })).await;
    let tomorrow = with(message(), "email", json!("victim@example.com"));
    assert_eq!(
        post_from(&desk, "198.51.100.1", "/contact", &tomorrow)
            .await
            .status,
        201
    );
    desk.mails_of(&["message_receipt"], 13).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_ipv6_site_gets_a_few_times_as_much_as_one_of_its_networks() {
    let desk = Desk::with_clinic(|toml| {
        toml.replace("quarantine_per_minute = 10", "quarantine_per_minute = 1")
            .replace("refuse_per_minute = 60", "refuse_per_minute = 3")
    })
    .await;
    let send = async |n: usize, address: &str| {
        let body = with(message(), "message", json!(format!("Message {n}")));
        post_from(&desk, address, "/contact", &body)
            .await
            .status
            .as_u16()
    };

    let mut statuses = Vec::new();
    for n in 0..70 {
        statuses.push(send(n, &format!("2001:db8:1:{n:x}::1")).await);
    }

    assert_eq!(
        statuses.iter().filter(|status| **status == 201).count(),
        3 * 4
    );
    assert_eq!(send(70, "2001:db8:2::1").await, 201, "another site");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_can_ask_for_so_many_appointments_a_week_from_wherever() {
    for (email, phone) in [
        (
            |n: usize| format!("ada+{n}@example.com"),
            |n: usize| format!("416-555-{n:04}"),
        ),
        (
            |n: usize| format!("somebody{n}@example.com"),
            |n: usize| ["(416) 555-0199", "+1 416 555 0199", "4165550199 x2"][n % 3].to_owned(),
        ),
    ] as [(fn(usize) -> String, fn(usize) -> String); 2]
    {
        let desk = Desk::start().await;
        let ask = async |n: usize| {
            let body = booking_of(&email(n), &phone(n), n);
            post_from(&desk, &format!("198.51.100.{n}"), "/bookings", &body).await
        };

        for n in 0..6 {
            let answer = ask(n).await;
            assert_eq!(answer.status, 201, "{n}: {answer:?}");
        }
        let refused = ask(6).await;

        assert_eq!(refused.problem(), "too_many_requests");
        assert!(
            refused.json()["detail"]
                .as_str()
                .unwrap()
                .contains("416-769-3338")
        );
        let seconds: i64 = refused.header("retry-after").parse().unwrap();
        // From Monday at nine until the next Monday.
        assert!((6 * 86_400..7 * 86_400).contains(&seconds), "{seconds}");
        assert_eq!(desk.items_of("BookingTable", "booking#").await.len(), 6);
        desk.clock(json!({ "now": "2026-12-07T09:00:00-05:00" }))
            .await;
        assert_eq!(ask(28).await.status, 201, "another week");
    }
}

/// The counts of persons in the Booking table, which has pointers under other hashes as well.
async fn counts(desk: &Desk) -> Vec<Item> {
    let mut counts = desk.items_of("BookingTable", "person#").await;
    counts.retain(|item| text(item, "sk") == "count");
    counts
}

#[tokio::test(flavor = "multi_thread")]
async fn staffs_own_address_and_number_are_never_counted() {
    let desk = Desk::start().await;

    for n in 0..14 {
        let address = format!("198.51.100.{n}");
        let own = booking_of("Reception@FeetFirst.example", "416-769-3338", n);
        let answer = post_from(&desk, &address, "/bookings", &own).await;
        assert_eq!(answer.status, 201, "{n}: {answer:?}");
    }

    assert_eq!(counts(&desk).await.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_person_only_a_hash_is_kept_and_not_for_long() {
    let desk = Desk::start().await;
    post_from(&desk, "198.51.100.1", "/bookings", &booking()).await;

    let mut counts = counts(&desk).await;
    let mails = desk.items("MailTable").await;
    counts.extend(
        mails
            .into_iter()
            .filter(|item| text(item, "id").starts_with("person#")),
    );

    assert_eq!(counts.len(), 4, "address and number, by week and by day");
    let until: i64 = "2026-12-07T06:00:00Z"
        .parse::<jiff::Timestamp>()
        .unwrap()
        .as_second();
    for count in counts {
        let whole = format!("{count:?}");
        assert!(
            !whole.contains("zoe") && !whole.contains("5550123"),
            "{whole}"
        );
        let expires_at: i64 = count["expires_at"].as_n().unwrap().parse().unwrap();
        assert!(expires_at <= until, "{whole}");
    }
}
